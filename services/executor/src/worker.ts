import { maxSourceBytes, maxStdinBytes } from "@greenroom/shared/jobs/program.ts";
import { RunJob, runQueueName } from "@greenroom/shared/jobs/run-job.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import { type Job, WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { Compile } from "typebox/compile";
import { executeRun, internalError, type RunEnd } from "./run/execute-run.ts";
import { OrderListener } from "./run/orders.ts";
import { RunOutput } from "./run/output.ts";
import { RunError } from "./run/run-error.ts";
import type { SandboxPool } from "./sandbox/pool.ts";

/** A dead executor's runs are free again after this long, and found within `stalledCheckMs` more. */
const lockMs = 4_000;
const stalledCheckMs = 2_000;
/** A run whose executor died under it so often is given up: it may be the run that kills them. */
const maxStalls = 2;
/** How long runs that are going on may still take when the executor closes; then they are left for others to take up. */
const finishWithinMs = 3_000;

const checkJob = Compile(RunJob);

/** The schema counts characters, the bounds are bytes. */
function isTooLong(job: RunJob): boolean {
  const sourceBytes = job.program.files.reduce((sum, file) => sum + Buffer.byteLength(file.content), 0);
  const stdin = job.task.kind === "free" && job.task.input.kind === "given" ? job.task.input.text : "";
  return sourceBytes > maxSourceBytes || Buffer.byteLength(stdin) > maxStdinBytes;
}

/** Takes runs from the queue, a few at a time, and gives their results back to it. */
export class RunWorker {
  readonly #worker: Worker;
  readonly #pool: SandboxPool;
  readonly #logger: Logger;
  readonly #redis: Redis;
  readonly #connections: Redis[];
  readonly #orders: OrderListener;
  #abandoned = false;
  #closing: Promise<void> | undefined;

  static async create(options: {
    redisUrl: string;
    pool: SandboxPool;
    concurrency: number;
    logger: Logger;
  }): Promise<RunWorker> {
    const worker = new RunWorker(options);
    await worker.#worker.waitUntilReady();
    return worker;
  }

  private constructor(options: { redisUrl: string; pool: SandboxPool; concurrency: number; logger: Logger }) {
    const { redisUrl, logger } = options;
    this.#pool = options.pool;
    this.#logger = logger;
    this.#redis = createRedis(redisUrl, logger, true);
    const subscriber = createRedis(redisUrl, logger, true);
    const forQueue = createRedis(redisUrl, logger, true);
    this.#connections = [this.#redis, subscriber, forQueue];
    this.#orders = new OrderListener({ redis: this.#redis, subscriber, logger });
    this.#worker = new Worker(runQueueName, (job, token, signal) => this.#process({ job, token, signal }), {
      connection: forQueue,
      concurrency: options.concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      maxStalledCount: maxStalls,
    });
    this.#worker.on("error", (error) => {
      // That Redis is away is said once, by the connection itself.
      if (forQueue.status === "ready") logger.warn({ err: error.message }, "The run queue had an error");
    });
    // Another executor will have it: what this one still does must not reach the readers.
    this.#worker.on("lockRenewalFailed", (ids) => ids.forEach((id) => this.#worker.cancelJob(id)));
  }

  /** Lets runs that are going on end, for a while; then leaves them to other executors. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const finished = this.#worker.close();
    const timer = setTimeout(() => this.#abandon(), finishWithinMs);
    await finished;
    clearTimeout(timer);
    for (const connection of this.#connections) connection.disconnect();
  }

  /** Ends all runs without a result and puts them back into the queue. */
  #abandon(): void {
    this.#abandoned = true;
    this.#worker.cancelAllJobs();
  }

  async #process(taken: { job: Job; token: string | undefined; signal: AbortSignal | undefined }): Promise<RunResult> {
    const { job } = taken;
    const runId = job.id ?? "";
    const logger = this.#logger.child({ runId });
    const data: unknown = job.data;
    if (!checkJob.Check(data) || data.runId !== runId || isTooLong(data)) {
      logger.error("A job is not a run");
      return { ...internalError("job-invalid"), chunks: 0 };
    }
    const output = await RunOutput.create({ redis: this.#redis, runId, again: job.attemptsStarted > 1 });
    const lost = taken.signal ?? new AbortController().signal;
    lost.addEventListener("abort", () => output.abandon());
    const orders = await this.#orders.watch(runId);
    const end = await this.#carryOut({ job: data, output, stop: AbortSignal.any([orders.stop, lost]), logger });
    const [chunks] = await Promise.all([output.close(), orders.close()]);
    if (this.#abandoned) {
      await job.moveToWait(taken.token);
      throw new WaitingError();
    }
    if (lost.aborted) throw new Error("The run was lost to another executor.");
    logger.info({ ...end, language: data.program.language, chunks }, "A run ended");
    return { ...end, chunks };
  }

  async #carryOut(run: { job: RunJob; output: RunOutput; stop: AbortSignal; logger: Logger }): Promise<RunEnd> {
    try {
      return await executeRun({ ...run, pool: this.#pool });
    } catch (error) {
      run.logger.error({ err: error }, "A run failed, and not by its own fault");
      return internalError(error instanceof RunError ? error.code : "unexpected");
    }
  }
}
