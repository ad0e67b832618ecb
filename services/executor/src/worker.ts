import { type RunJob, runQueueName } from "@greenroom/shared/jobs/run-job.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import { DelayedError, type Job, Queue, WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { ExecutorMetrics } from "./metrics.ts";
import { checkJob } from "./run/check-job.ts";
import { executeInTime } from "./run/execute-in-time.ts";
import { OrderListener } from "./run/orders.ts";
import { RunOutput } from "./run/output.ts";
import { internalError } from "./run/run-end.ts";
import type { RunContext } from "./run/run-context.ts";
import type { RunErrorCode } from "./run/run-error.ts";

/** A dead executor's runs are free again after this long, and found within `stalledCheckMs` more. */
const lockMs = 4_000;
const stalledCheckMs = 2_000;
/** A run whose executor died under it so often is given up: it may be the run that kills them. */
const maxStalls = 2;
/** How long runs that are going on may still take when the executor closes; then they are left for others to take up. */
const finishWithinMs = 3_000;
/** A run for a language that only others have waits so long before the next executor looks at it, and so often. */
const handBackMs = 250;
const maxHandBacks = 120;

interface WorkerOptions {
  readonly redisUrl: string;
  readonly pool: RunContext["pool"];
  readonly equipment: RunContext["equipment"];
  /** Whether another executor should have this run: it has the language, and this one has not. */
  readonly isBetterElsewhere: (job: RunJob) => Promise<boolean>;
  readonly concurrency: number;
  readonly metrics: ExecutorMetrics;
  readonly logger: Logger;
}

interface Taken {
  readonly job: Job;
  readonly token: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Takes runs from the queue, a few at a time, and gives their results back to it. */
export class RunWorker {
  readonly #options: WorkerOptions;
  readonly #worker: Worker;
  readonly #queue: Queue;
  readonly #redis: Redis;
  readonly #connections: Redis[];
  readonly #orders: OrderListener;
  #abandoned = false;
  #closing: Promise<void> | undefined;

  static async create(options: WorkerOptions): Promise<RunWorker> {
    const worker = new RunWorker(options);
    await worker.#worker.waitUntilReady();
    return worker;
  }

  private constructor(options: WorkerOptions) {
    const { redisUrl, logger } = options;
    this.#options = options;
    this.#redis = createRedis(redisUrl, logger, true);
    const subscriber = createRedis(redisUrl, logger, true);
    // Apart from the runs' own: BullMQ gives its connection fifty scripts, and each pipeline on it would begin with those.
    const forQueue = createRedis(redisUrl, logger, true);
    this.#connections = [this.#redis, subscriber, forQueue];
    this.#orders = new OrderListener({ redis: this.#redis, subscriber, logger });
    this.#queue = new Queue(runQueueName, { connection: forQueue });
    this.#worker = new Worker(runQueueName, (job, token, signal) => this.#process({ job, token, signal }), {
      connection: forQueue,
      concurrency: options.concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      // The queue would fail the run without a result; we count ourselves and give it one.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    const warn = (error: Error): void => {
      // That Redis is away is said once, by the connection itself.
      if (forQueue.status === "ready") logger.warn({ err: error.message }, "The run queue had an error");
    };
    this.#worker.on("error", warn);
    this.#queue.on("error", warn);
    // Another executor will have it: what this one still does must not reach the readers.
    this.#worker.on("lockRenewalFailed", (ids) => ids.forEach((id) => this.#worker.cancelJob(id)));
    this.#worker.on("completed", (job) => this.#forgetData(job));
  }

  /** How many runs there are in each state of the queue, whichever executor has them. */
  countJobs(): Promise<Record<string, number>> {
    return this.#queue.getJobCounts("waiting", "prioritized", "delayed", "active");
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
    await this.#queue.close();
    for (const connection of this.#connections) connection.disconnect();
  }

  /** Ends all runs without a result and puts them back into the queue. */
  #abandon(): void {
    this.#abandoned = true;
    this.#worker.cancelAllJobs();
  }

  /** Programs and test cases need not rest in Redis until whoever added the run has stored its result. */
  #forgetData(job: Job): void {
    job.updateData({}).catch((error: unknown) => {
      // Whoever added it may have removed it by now.
      this.#options.logger.debug({ err: error, runId: job.id }, "A job's data was not removed");
    });
  }

  async #process(taken: Taken): Promise<RunResult> {
    const { job } = taken;
    const runId = job.id ?? "";
    const logger = this.#options.logger.child({ runId });
    const checked = checkJob(runId, job.data);
    if (typeof checked === "string") {
      logger.error({ reason: checked }, "A job is not a run");
      return this.#refuse("job-invalid");
    }
    if (job.stalledCounter > 0) this.#options.metrics.tookAgain();
    if (job.stalledCounter > maxStalls) {
      logger.error("A run is given up: every executor that had it died");
      return this.#refuse("executor-lost");
    }
    await this.#handBack(taken, checked);
    this.#options.metrics.tookUp(checked, Date.now() - job.timestamp);
    return this.#carryOut(taken, checked, logger);
  }

  #refuse(code: RunErrorCode): RunResult {
    this.#options.metrics.refused(code);
    return { ...internalError(code), chunks: 0 };
  }

  /** Throws, having put it back into the queue, when another executor can run it and this one cannot. */
  async #handBack({ job, token }: Taken, run: RunJob): Promise<void> {
    if (job.attemptsStarted - job.stalledCounter > maxHandBacks) return;
    if (!(await this.#options.isBetterElsewhere(run))) return;
    this.#options.metrics.handedBack();
    await job.moveToDelayed(Date.now() + handBackMs, token);
    throw new DelayedError();
  }

  async #carryOut(taken: Taken, run: RunJob, logger: Logger): Promise<RunResult> {
    const { job } = taken;
    const { runId } = run;
    const startedAt = performance.now();
    const output = await RunOutput.create({ redis: this.#redis, runId, again: job.attemptsStarted > 1 });
    const lost = taken.signal ?? new AbortController().signal;
    lost.addEventListener("abort", () => output.abandon());
    const orders = await this.#orders.watch(runId);
    const { pool, equipment, metrics } = this.#options;
    const stop = AbortSignal.any([orders.stop, lost]);
    const end = await executeInTime({ job: run, pool, equipment, output, orders, stop, logger });
    const [chunks] = await Promise.all([output.close(), orders.close()]);
    if (this.#abandoned) {
      await job.moveToWait(taken.token);
      throw new WaitingError();
    }
    if (lost.aborted) throw new Error("The run was lost to another executor.");
    metrics.ended(run, end, performance.now() - startedAt);
    const told = { ...end, cases: end.cases?.length, receipt: undefined };
    logger.info({ ...told, language: run.program.language, chunks }, "A run ended");
    return { ...end, chunks };
  }
}
