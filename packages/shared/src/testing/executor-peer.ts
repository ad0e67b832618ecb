import {
  executorStatusKey,
  type ExecutorStatus,
  type OutputChunk,
  runOrdersKey,
  runOutputKey,
  runWakeChannel,
} from "../jobs/run-stream.ts";
import { type RunJob, runQueueName } from "../jobs/run-job.ts";
import type { CaseResult, RunResult } from "../jobs/run-result.ts";
import { languages } from "../languages.ts";
// oxlint-disable-next-line no-restricted-imports -- this peer is the other end of the queue
import { Worker } from "bullmq";
import { Redis } from "ioredis";

/** One run as the test plays it. */
export class PlayedRun {
  readonly job: RunJob;
  readonly result: Promise<RunResult>;
  readonly #redis: Redis;
  readonly #cases: CaseResult[] = [];
  #number = 0;
  #end: (result: RunResult) => void = () => undefined;

  constructor(job: RunJob, redis: Redis) {
    this.job = job;
    this.#redis = redis;
    this.result = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Writes the next chunk; a silent one tells nobody that it is there. */
  async write(text: string, options: { silent?: boolean; stream?: OutputChunk["stream"] } = {}): Promise<void> {
    const chunk: OutputChunk = { number: (this.#number += 1), stream: options.stream ?? "stdout", text };
    await this.#redis.xadd(runOutputKey(this.job.runId), "*", "chunk", JSON.stringify(chunk));
    if (!options.silent) await this.#redis.publish(runWakeChannel(this.job.runId), "");
  }

  /** Meets the next test case. */
  async meet(result: Pick<CaseResult, "number" | "visibility" | "verdict"> & Partial<CaseResult>): Promise<CaseResult> {
    const figures = { wallMs: 7, cpuMs: 5, memoryKib: 9_000, exitCode: 0, signal: null };
    const met: CaseResult = { ...figures, ...result };
    this.#cases.push(met);
    await this.#redis.xadd(runOutputKey(this.job.runId), "*", "case", JSON.stringify(met));
    await this.#redis.publish(runWakeChannel(this.job.runId), "");
    return met;
  }

  /** As after the death of an executor: another one begins anew. */
  beginAnew(): void {
    this.#number = 0;
  }

  /** The orders given so far. */
  async orders(): Promise<unknown[]> {
    const entries = await this.#redis.xrange(runOrdersKey(this.job.runId), "-", "+");
    return entries.map(([, fields]) => JSON.parse(fields[1] ?? "null") as unknown);
  }

  end(outcome: RunResult["outcome"] = "exited", more: Partial<RunResult> = {}): void {
    const exitCode = outcome === "exited" ? 0 : null;
    const figures = { wallMs: 12, cpuMs: 8, memoryKib: 9_000, compileMs: null };
    const cases = this.#cases.length > 0 ? { cases: this.#cases } : {};
    this.#end({ outcome, exitCode, signal: null, ...figures, chunks: this.#number, ...cases, ...more });
  }
}

/** The executor as other services know it: a worker at the other end of the queue, and streams in Redis. */
export class ExecutorPeer {
  readonly #redis: Redis;
  readonly #connection: Redis;
  readonly #worker: Worker<RunJob, RunResult>;
  readonly #runs: PlayedRun[] = [];
  /** Told of every run that comes out of the queue. */
  onTaken: (run: PlayedRun) => void = () => undefined;
  #taken: (() => void) | undefined;

  /** @param options `idle` until it is told to work; `lockMs` until a dead one's runs are found */
  constructor(redisUrl: string, options: { idle?: boolean; concurrency?: number; lockMs?: number } = {}) {
    const { idle = false, concurrency = 4, lockMs } = options;
    this.#redis = new Redis(redisUrl);
    this.#connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
    this.#worker = new Worker<RunJob, RunResult>(
      runQueueName,
      async (job) => {
        const run = new PlayedRun(job.data, this.#redis);
        this.#runs.push(run);
        this.onTaken(run);
        this.#taken?.();
        return await run.result;
      },
      {
        connection: this.#connection,
        concurrency,
        autorun: !idle,
        maxStalledCount: 10,
        ...(lockMs === undefined ? {} : { lockDuration: lockMs, stalledInterval: lockMs }),
      },
    );
    this.#worker.on("error", () => undefined);
  }

  /** Says what it can do, as executors do every two seconds; for as long as a test takes. */
  async announce(status: Partial<ExecutorStatus> = {}): Promise<void> {
    const ready = languages.map(({ id }) => id);
    const whole = {
      executorId: "peer",
      at: Date.now() + 600_000,
      engine: "ready",
      ready,
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

  /** Begins to take runs, if it was made not to. */
  work(): void {
    void this.#worker.run().catch(() => undefined);
  }

  /** As a SIGKILL would: its runs are nobody's, until the queue finds out. */
  async die(): Promise<void> {
    await this.#worker.close(true);
    this.#connection.disconnect();
  }

  async close(): Promise<void> {
    for (const run of this.#runs) run.end("internal-error");
    await this.#worker.close(true);
    this.#redis.disconnect();
    this.#connection.disconnect();
  }
}
