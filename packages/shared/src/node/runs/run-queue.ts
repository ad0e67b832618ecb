import { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { Compile } from "typebox/compile";
import { type RunJob, runQueueName } from "../../jobs/run-job.ts";
import { RunResult } from "../../jobs/run-result.ts";
import {
  ordersWakeChannel,
  runOrdersKey,
  type RunOrder,
  runOutputKey,
  wantedLanguagesKey,
} from "../../jobs/run-stream.ts";
import type { LanguageId } from "../../languages.ts";
import type { Logger } from "../logger.ts";
import { createRedis } from "../redis.ts";

const resultValidator = Compile(RunResult);

/** More than anybody types while a run lasts; a run that is taken up again reads them from the first. */
const ordersKept = 20_000;
/** For whoever follows a run and has not noticed its end yet: they still read. */
const forgetAfterSeconds = 30;

/**
 * One trip for what is done after every run. KEYS: output, orders, job, whose text BullMQ keeps in its field "data". ARGV:
 * seconds.
 */
const forgetScript = `
redis.call("expire", KEYS[1], ARGV[1])
redis.call("expire", KEYS[2], ARGV[1])
if redis.call("exists", KEYS[3]) == 1 then redis.call("hset", KEYS[3], "data", "{}") end`;

/** Where a run's job is; null when the queue does not know it. */
export type JobState = { state: "queued" | "running"; result: null } | { state: "ended"; result: RunResult } | null;

/** What has just happened to a run, as the queue said it: it may be lost, and then `look` tells. */
export type RunHint = { state: "running" } | { state: "ended"; result: RunResult };

/** What becomes of a run whose job failed without a result: the fault is ours. */
const failedResult: RunResult = {
  outcome: "internal-error",
  exitCode: null,
  signal: null,
  wallMs: null,
  cpuMs: null,
  memoryKib: null,
  compileMs: null,
  chunks: 0,
  errorCode: "job-failed",
};

const orFailed = (value: unknown): RunResult => (resultValidator.Check(value) ? value : failedResult);

/** A service's end of the run queue: it adds jobs, gives orders, and hears what becomes of them. */
export class RunQueue {
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #redis: Redis;
  readonly #connections: Redis[];
  readonly #listeners = new Map<string, Set<(hint: RunHint) => void>>();

  static async create(options: { redisUrl: string; logger: Logger }): Promise<RunQueue> {
    const queue = new RunQueue(options);
    await queue.#events.waitUntilReady();
    return queue;
  }

  private constructor(options: { redisUrl: string; logger: Logger }) {
    this.#redis = createRedis(options.redisUrl, options.logger, true);
    const blocking = createRedis(options.redisUrl, options.logger, true);
    this.#connections = [this.#redis, blocking];
    this.#queue = new Queue(runQueueName, {
      connection: this.#redis,
      // A result is stored with its run as soon as it is heard of; an hour is for whoever was away meanwhile.
      defaultJobOptions: {
        removeOnComplete: { age: 3_600, count: 10_000 },
        removeOnFail: { age: 3_600, count: 10_000 },
      },
    });
    this.#events = new QueueEvents(runQueueName, { connection: blocking });
    this.#events.on("active", ({ jobId }) => this.#tell(jobId, () => ({ state: "running" })));
    // The event carries the result: nobody need ask for it.
    this.#events.on("completed", ({ jobId, returnvalue }) =>
      this.#tell(jobId, () => ({ state: "ended", result: orFailed(returnvalue) })),
    );
    this.#events.on("failed", ({ jobId }) => this.#tell(jobId, () => ({ state: "ended", result: failedResult })));
    const warn = (error: Error): void => options.logger.warn({ err: error.message }, "The run queue had an error");
    this.#queue.on("error", warn);
    this.#events.on("error", warn);
  }

  #tell(runId: string, hint: () => RunHint): void {
    const listeners = this.#listeners.get(runId);
    if (!listeners) return;
    const told = hint();
    for (const listener of listeners) listener(told);
  }

  /** Adds a run's job; adding it again changes nothing. */
  async add(job: RunJob, priority: number): Promise<void> {
    await this.#queue.add("run", job, { jobId: job.runId, priority });
  }

  /** Takes a job out of the queue. @returns false when an executor has it */
  async remove(runId: string): Promise<boolean> {
    return (await this.#queue.remove(runId)) === 1;
  }

  /** The list and the sorted set that runs wait in, as Redis names them. */
  get waitingKeys(): { readonly list: string; readonly set: string } {
    return { list: this.#queue.toKey("wait"), set: this.#queue.toKey("prioritized") };
  }

  /** How many runs wait, whoever asked for them. */
  async countWaiting(): Promise<number> {
    const counts = await this.#queue.getJobCounts("waiting", "prioritized");
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** How many runs go before this one; null when it waits no more. */
  async position(runId: string): Promise<number | null> {
    const { list, set } = this.waitingKeys;
    // The list is taken from its end, then the sorted set from its beginning.
    const [fromStart, length, rank] = await Promise.all([
      this.#redis.lpos(list, runId),
      this.#redis.llen(list),
      this.#redis.zrank(set, runId),
    ]);
    if (fromStart !== null) return length - 1 - fromStart;
    return rank === null ? null : length + rank;
  }

  /** Says that a language is wanted: an executor that can make its image does. */
  async want(language: LanguageId): Promise<void> {
    await this.#redis.hset(wantedLanguagesKey, language, Date.now());
  }

  /** Calls back whenever something may have happened to a run: a hint, after which `look` tells what. */
  onChange(runId: string, listener: (hint: RunHint) => void): () => void {
    const listeners = this.#listeners.get(runId) ?? new Set();
    this.#listeners.set(runId, listeners.add(listener));
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) this.#listeners.delete(runId);
    };
  }

  async look(runId: string): Promise<JobState> {
    // Not by getJob: it reads the run's program and test cases, too, which may be megabytes.
    const state = await this.#queue.getJobState(runId);
    if (state === "unknown") return null;
    if (state === "failed") return { state: "ended", result: failedResult };
    if (state === "completed") {
      const text = await this.#redis.hget(this.#queue.toKey(runId), "returnvalue");
      return { state: "ended", result: orFailed(text === null ? undefined : JSON.parse(text)) };
    }
    return { state: state === "active" ? "running" : "queued", result: null };
  }

  /** Gives an order to a run; orders are carried out in order, wherever it is. */
  async order(runId: string, order: RunOrder): Promise<void> {
    const key = runOrdersKey(runId);
    await this.#redis
      .multi()
      .xadd(key, "MAXLEN", "~", ordersKept, "*", "order", JSON.stringify(order))
      .expire(key, 3_600)
      .publish(ordersWakeChannel, runId)
      .exec();
  }

  /** The run is stored: its text and its output need not wait in Redis for the rest of the hour, its result does. */
  async forget(runId: string): Promise<void> {
    const keys = [runOutputKey(runId), runOrdersKey(runId), this.#queue.toKey(runId)];
    await this.#redis.eval(forgetScript, keys.length, ...keys, forgetAfterSeconds);
  }

  async close(): Promise<void> {
    await this.#events.close();
    await this.#queue.close();
    for (const connection of this.#connections) connection.disconnect();
  }
}
