import { runOrdersKey, runOrdersWakeChannel, runOutputKey } from "@greenroom/shared/jobs/run-stream.ts";
import { runQueueName, type RunJob } from "@greenroom/shared/jobs/run-job.ts";
import { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { Compile } from "typebox/compile";

const resultValidator = Compile(RunResult);

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
  async add(job: RunJob): Promise<void> {
    await this.#queue.add("run", job, { jobId: job.runId });
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

  /** Orders a run to stop; it ends as "stopped" wherever it is. */
  async stop(runId: string): Promise<void> {
    const key = runOrdersKey(runId);
    await this.#redis
      .multi()
      .xadd(key, "MAXLEN", "~", 100, "*", "order", JSON.stringify({ type: "stop" }))
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
