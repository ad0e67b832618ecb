import { type RunJob, runQueueName } from "@greenroom/shared/jobs/run-job.ts";
import type { CaseResult, RunResult } from "@greenroom/shared/jobs/run-result.ts";
import {
  executorStatusKey,
  type ExecutorStatus,
  type OutputChunk,
  runOrdersKey,
  runOutputKey,
  runWakeChannel,
} from "@greenroom/shared/jobs/run-stream.ts";
import { languages } from "@greenroom/shared/languages.ts";
// oxlint-disable-next-line no-restricted-imports -- this peer is the other end of the queue
import { Worker } from "bullmq";
import { Redis } from "ioredis";

/** One run as the test plays it. */
export class PlayedRun {
  readonly job: RunJob;
  readonly result: Promise<RunResult>;
  readonly #redis: Redis;
  #number = 0;
  #end: (result: RunResult) => void = () => undefined;

  constructor(job: RunJob, redis: Redis) {
    this.job = job;
    this.#redis = redis;
    this.result = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async write(text: string, stream: OutputChunk["stream"] = "stdout"): Promise<void> {
    this.#number += 1;
    await this.#add("chunk", { number: this.#number, stream, text });
  }

  async meet(result: CaseResult): Promise<void> {
    await this.#add("case", result);
  }

  /** The orders given so far. */
  async orders(): Promise<unknown[]> {
    const entries = await this.#redis.xrange(runOrdersKey(this.job.runId), "-", "+");
    return entries.map(([, fields]) => JSON.parse(fields[1] ?? "null") as unknown);
  }

  end(result: Partial<RunResult> = {}): void {
    const figures = { wallMs: 12, cpuMs: 8, memoryKib: 9_000, compileMs: null };
    this.#end({ outcome: "exited", exitCode: 0, signal: null, ...figures, chunks: this.#number, ...result });
  }

  async #add(kind: string, value: unknown): Promise<void> {
    const { runId } = this.job;
    await this.#redis.xadd(runOutputKey(runId), "*", kind, JSON.stringify(value));
    await this.#redis.publish(runWakeChannel(runId), "");
  }
}

/** What comes after so many waits in the queue. */
export const runsAtOnce = 2;

/** The executor as other services know it: a worker at the other end of the queue, and streams in Redis. */
export class ExecutorPeer {
  readonly #redis: Redis;
  readonly #connection: Redis;
  readonly #worker: Worker<RunJob, RunResult>;
  readonly #runs: PlayedRun[] = [];
  #taken: (() => void) | undefined;

  constructor(redisUrl: string) {
    this.#redis = new Redis(redisUrl);
    this.#connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
    const play = async (job: { data: RunJob }): Promise<RunResult> => {
      const run = new PlayedRun(job.data, this.#redis);
      this.#runs.push(run);
      this.#taken?.();
      return await run.result;
    };
    this.#worker = new Worker<RunJob, RunResult>(runQueueName, play, {
      connection: this.#connection,
      concurrency: runsAtOnce,
    });
    this.#worker.on("error", () => undefined);
  }

  /** Says what it can do, as executors do every two seconds; for as long as a test takes. */
  async announce(status: Partial<ExecutorStatus> = {}): Promise<void> {
    const whole = {
      executorId: "peer",
      at: Date.now() + 600_000,
      engine: "ready",
      ready: languages.map(({ id }) => id),
      preparing: [],
      onDemand: [],
      ...status,
    };
    await this.#redis.hset(executorStatusKey, "peer", JSON.stringify(whole));
  }

  /** The next run that comes out of the queue. */
  async take(): Promise<PlayedRun> {
    for (;;) {
      const run = this.#runs.shift();
      if (run) return run;
      await new Promise<void>((resolve) => {
        this.#taken = resolve;
      });
    }
  }

  async close(): Promise<void> {
    for (const run of this.#runs) run.end({ outcome: "internal-error" });
    await this.#worker.close(true);
    this.#redis.disconnect();
    this.#connection.disconnect();
  }
}
