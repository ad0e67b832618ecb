import { type RunJob, runQueueName } from "@greenroom/shared/jobs/run-job.ts";
import { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import {
  runOrdersKey,
  type RunOrder,
  runOrdersWakeChannel,
  runOutputKey,
  wantedLanguagesKey,
} from "@greenroom/shared/jobs/run-stream.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { Compile } from "typebox/compile";

const resultValidator = Compile(RunResult);

/** More than anybody types while a run lasts; a run that is taken up again reads them from the first. */
const ordersKept = 20_000;
/** For a process that has lost the room and has not noticed yet: it still reads. */
const forgetAfterSeconds = 30;

/** Where a run's job is; null when the queue does not know it. */
export type JobState = { state: "queued" | "running"; result: null } | { state: "ended"; result: RunResult } | null;

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

/** This service's end of the run queue: it adds jobs, gives orders, and hears what becomes of them. */
export class RunQueue {
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #redis: Redis;
  readonly #connections: Redis[];
  readonly #listeners = new Map<string, () => void>();

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
    const wake = ({ jobId }: { jobId: string }): void => this.#listeners.get(jobId)?.();
    this.#events.on("active", wake);
    this.#events.on("completed", wake);
    this.#events.on("failed", wake);
    const warn = (error: Error): void => options.logger.warn({ err: error.message }, "The run queue had an error");
    this.#queue.on("error", warn);
    this.#events.on("error", warn);
  }

  /** Adds a run's job; adding it again changes nothing. */
  async add(job: RunJob, priority: number): Promise<void> {
    await this.#queue.add("run", job, { jobId: job.runId, priority });
  }

  /** How many runs wait, whoever asked for them. */
  async countWaiting(): Promise<number> {
    const counts = await this.#queue.getJobCounts("waiting", "prioritized");
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** How many runs go before this one; null when it waits no more. */
  async position(runId: string): Promise<number | null> {
    // The list is taken from its end, then the sorted set from its beginning.
    const [fromStart, length, rank] = await Promise.all([
      this.#redis.lpos(this.#queue.toKey("wait"), runId),
      this.#redis.llen(this.#queue.toKey("wait")),
      this.#redis.zrank(this.#queue.toKey("prioritized"), runId),
    ]);
    if (fromStart !== null) return length - 1 - fromStart;
    return rank === null ? null : length + rank;
  }

  /** Says that a language is wanted: an executor that can make its image does. */
  async want(language: LanguageId): Promise<void> {
    await this.#redis.hset(wantedLanguagesKey, language, Date.now());
  }

  /** Calls back whenever something may have happened to a run: a hint, after which `look` tells what. */
  onChange(runId: string, listener: () => void): () => void {
    this.#listeners.set(runId, listener);
    return () => {
      if (this.#listeners.get(runId) === listener) this.#listeners.delete(runId);
    };
  }

  async look(runId: string): Promise<JobState> {
    const job = await this.#queue.getJob(runId);
    if (!job) return null;
    const state = await job.getState();
    if (state === "failed") return { state: "ended", result: failedResult };
    if (state === "completed") {
      // Read again: the first read may have been from before it was completed.
      const value: unknown = job.returnvalue ?? (await this.#queue.getJob(runId))?.returnvalue;
      return { state: "ended", result: resultValidator.Check(value) ? value : failedResult };
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
      .publish(runOrdersWakeChannel(runId), "")
      .exec();
  }

  /** The run is stored: its text and its output need not wait in Redis for the rest of the hour, its result does. */
  async forget(runId: string): Promise<void> {
    await this.#redis
      .multi()
      .expire(runOutputKey(runId), forgetAfterSeconds)
      .expire(runOrdersKey(runId), forgetAfterSeconds)
      .exec();
    await (await this.#queue.getJob(runId))?.updateData({});
  }

  async close(): Promise<void> {
    await this.#events.close();
    await this.#queue.close();
    for (const connection of this.#connections) connection.disconnect();
  }
}
