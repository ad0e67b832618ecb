import { randomInt } from "node:crypto";
import { maxSourceBytes } from "@greenroom/shared/jobs/program.ts";
import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { CaseResult, RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { maxLiveInputBytes, type OutputChunk, type RunOrder } from "@greenroom/shared/jobs/run-stream.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { FrameErrorCode } from "@greenroom/shared/protocol/error.ts";
import type { RunSummary, RunTask } from "@greenroom/shared/protocol/run.ts";
import { hasDriver } from "@greenroom/shared/signature/drivers.ts";
import type { Redis } from "ioredis";
import type { SessionDatabase } from "../db/schema.ts";
import type { Fence } from "../document/document-store.ts";
import type { SessionMetrics } from "../metrics.ts";
import { getProblemVersion, type ProblemVersion } from "../problem/problem-repository.ts";
import { showCase, showSummary, type Sight } from "../problem/what-a-role-sees.ts";
import { makeJob } from "../run/make-job.ts";
import type { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import type { AvailabilityWatch } from "@greenroom/shared/node/runs/run-availability.ts";
import type { RunQueue } from "@greenroom/shared/node/runs/run-queue.ts";
import { RunRelay } from "../run/run-relay.ts";
import { findNewestRun, finishRun, insertRun, markRunning, type RunRow, toSummary } from "../run/run-repository.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface RoomRunsDeps {
  readonly db: Database<SessionDatabase>;
  readonly redis: Redis;
  readonly queue: RunQueue;
  readonly subscriber: Subscriber;
  readonly availability: AvailabilityWatch;
  /** With so many runs in the queue, whosever they are, no more are added. */
  readonly runsWaitingMax: number;
  readonly metrics: SessionMetrics;
  readonly logger: Logger;
}

/** What a click on Run or Submit asks for, with the text it found. */
export interface RunRequest {
  readonly runId: string;
  readonly documentId: string;
  readonly language: RunSummary["language"];
  readonly revision: number;
  readonly participantId: string;
  readonly source: string;
  readonly task: RunTask;
  /** The problem that the room works on. */
  readonly problem: ProblemVersion | null;
}

/** A frame about a run, for those who see everything and for those who see nothing of hidden cases. */
export type TellOfRun = (frame: (sight: Sight) => DownFrame) => void;

interface NewestRun {
  summary: RunSummary;
  chunks: OutputChunk[];
  cases: CaseResult[];
  readonly job: { readonly job: RunJob; readonly priority: number } | undefined;
  /** The problem's numbers of the cases that are met: not all may be. */
  readonly numbers: readonly number[];
  inputBytes: number;
}

/** The runs of one room: one at a time, seen by everybody, and the newest one kept for whoever comes in. */
export class RoomRuns {
  readonly #deps: RoomRunsDeps;
  readonly #fence: Fence;
  readonly #tell: TellOfRun;
  #newest: NewestRun | undefined;
  #relay: RunRelay | undefined;
  /** Each run may leave megabytes in Redis and in Postgres. */
  readonly #pace = new TokenBucket({ perSecond: 0.5, burst: 60 });
  #starting = false;
  #closed = false;

  constructor(deps: RoomRunsDeps, fence: Fence, tell: TellOfRun) {
    this.#deps = deps;
    this.#fence = fence;
    this.#tell = tell;
  }

  /** Takes up what the process before this one left: the newest run, and following it if it has not ended. */
  async load(): Promise<void> {
    const row = await findNewestRun(this.#deps.db, this.#fence.sessionId);
    if (!row) return;
    const problem = await this.#problemOf(row);
    const job = row.state === "ended" ? undefined : makeJob({ ...row, ...this.#identify(row.id), problem });
    const numbers = numbersOf(row.task, problem);
    const cases = row.result?.cases ?? [];
    this.#newest = { summary: toSummary(row), chunks: row.output ?? [], cases, job, numbers, inputBytes: 0 };
    if (row.state === "ended") return;
    this.#follow(row.id);
    await this.#relay?.look(); // whoever comes in gets all output there is so far [C1]
  }

  async #problemOf(row: RunRow): Promise<ProblemVersion | null> {
    if (row.problem_id === null || row.problem_version === null) return null;
    return await getProblemVersion(this.#deps.db, row.problem_id, row.problem_version);
  }

  /** The newest run, as it may be seen. [C1] */
  newest(sight: Sight): { summary: RunSummary; chunks: OutputChunk[]; cases: CaseResult[] } | null {
    if (!this.#newest) return null;
    const { summary, chunks, cases } = this.#newest;
    return { summary: showSummary(summary, sight), chunks, cases: cases.map((one) => showCase(one, sight)) };
  }

  /** The newest run's id while it has not ended. */
  get activeRunId(): string | undefined {
    return this.#newest && this.#newest.summary.state !== "ended" ? this.#newest.summary.runId : undefined;
  }

  get isActive(): boolean {
    return this.#starting || this.activeRunId !== undefined;
  }

  /** @returns why it was refused; undefined once it is queued, or was already [R1] */
  async start(request: RunRequest): Promise<FrameErrorCode | undefined> {
    if (this.#newest?.summary.runId === request.runId) return undefined;
    if (this.isActive) return "run-in-progress";
    const refused = this.#refuse(request);
    if (refused) return refused;
    this.#starting = true;
    try {
      if ((await this.#deps.queue.countWaiting()) >= this.#deps.runsWaitingMax) return "queue-full";
      return await this.#queueRun(request);
    } finally {
      this.#starting = false;
    }
  }

  #refuse({ language, source, task, problem }: RunRequest): FrameErrorCode | undefined {
    const { current } = this.#deps.availability;
    if (!current.available || !current.ready.includes(language)) return "run-unavailable";
    if (Buffer.byteLength(source) > maxSourceBytes) return "source-too-large";
    if (task.kind === "graded") {
      if (!problem || numbersOf(task, problem).length === 0) return "unknown-problem";
      if (problem.content.style.kind === "function" && !hasDriver(language)) return "run-unavailable";
    }
    return this.#pace.take() > 0 ? "rate-limited" : undefined;
  }

  #identify(runId: string): { runId: string; sessionId: string } {
    return { runId, sessionId: this.#fence.sessionId };
  }

  async #queueRun(request: RunRequest): Promise<FrameErrorCode | undefined> {
    const queuedAt = Date.now();
    const graded = request.task.kind === "graded";
    const run = { ...request, problem: graded ? request.problem : null, seed: graded ? randomInt(2 ** 31) : null };
    if (!(await insertRun(this.#deps.db, this.#fence, { ...run, queuedAt }))) return "unknown-run";
    const { runId, documentId, language, revision, participantId, task } = request;
    const problem = run.problem && { problemId: run.problem.problemId, version: run.problem.version };
    const asked = { runId, documentId, language, revision, participantId, task, problem };
    this.#newest = {
      summary: { ...asked, state: "queued", position: null, queuedAt, result: null },
      chunks: [],
      cases: [],
      job: makeJob({ ...run, ...this.#identify(runId) }),
      numbers: numbersOf(task, run.problem),
      inputBytes: 0,
    };
    this.#tellSummary();
    // Not waited for: the run is on record, and while Redis is away its frames must not hold up the sender's others.
    void this.#addJob();
    this.#follow(runId);
    this.#deps.logger.info({ runId, language, task: task.kind }, "A run was queued");
    return undefined;
  }

  /** @returns why not; an order to what has ended is no error, for it may have crossed the end [R4, R6] */
  order(runId: string, order: RunOrder): FrameErrorCode | undefined {
    const newest = this.#newest;
    if (newest?.summary.runId !== runId) return "unknown-run";
    if (newest.summary.state === "ended") return undefined;
    if (order.type !== "stop") {
      const { task } = newest.summary;
      if (task.kind !== "free" || task.input.kind === "given") return "not-allowed";
      if (order.type === "input") newest.inputBytes += Buffer.byteLength(order.text);
      if (newest.inputBytes > maxLiveInputBytes) return "rate-limited";
    }
    void this.#deps.queue.order(runId, order).catch((error: unknown) => {
      this.#deps.metrics.runFault("order-lost");
      this.#deps.logger.warn({ err: error, runId, order: order.type }, "A run could not be given an order");
    });
    return undefined;
  }

  close(): void {
    this.#closed = true;
    this.#relay?.close();
  }

  #follow(runId: string): void {
    this.#relay?.close();
    this.#relay = RunRelay.create({
      runId,
      ...this.#deps,
      listener: {
        onPosition: (position) => this.#waits(position),
        onRunning: () => this.#begun(runId),
        onChunks: (chunks) => this.#output(runId, chunks),
        onCases: (cases) => this.#met(runId, cases),
        onEnd: (result, chunks) => void this.#end(runId, result, chunks),
        onMissing: () => void this.#addJob(),
      },
    });
  }

  #update(change: Partial<RunSummary>): void {
    if (!this.#newest || this.#newest.summary.state === "ended") return;
    this.#newest.summary = { ...this.#newest.summary, ...change };
    this.#tellSummary();
  }

  #tellSummary(): void {
    const summary = this.#newest?.summary;
    if (summary) this.#tell((sight) => ({ type: "run", run: showSummary(summary, sight) }));
  }

  /** [R7] */
  #waits(position: number): void {
    if (this.#newest?.summary.state === "queued" && this.#newest.summary.position !== position)
      this.#update({ position });
  }

  #begun(runId: string): void {
    this.#update({ state: "running", position: null });
    void markRunning(this.#deps.db, runId).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, runId }, "A run's beginning could not be written down");
    });
  }

  #output(runId: string, chunks: OutputChunk[]): void {
    if (this.#newest?.summary.runId !== runId) return;
    this.#newest.chunks = chunks[0]?.number === 1 ? [...chunks] : [...this.#newest.chunks, ...chunks];
    this.#tell(() => ({ type: "run.output", runId, chunks }));
  }

  /** [B4] */
  #met(runId: string, met: CaseResult[]): void {
    if (this.#newest?.summary.runId !== runId) return;
    const anew = met[0]?.number === 1;
    const cases = met.map((one) => this.#renumber(one));
    this.#newest.cases = anew ? cases : [...this.#newest.cases, ...cases];
    this.#tell((sight) => ({ type: "run.cases", runId, cases: cases.map((one) => showCase(one, sight)) }));
  }

  /** A run that meets only some cases counts those; everybody else knows them by the problem's numbers. */
  #renumber(result: CaseResult): CaseResult {
    return { ...result, number: this.#newest?.numbers[result.number - 1] ?? result.number };
  }

  async #end(runId: string, ended: RunResult, chunks: OutputChunk[]): Promise<void> {
    const result = ended.cases ? { ...ended, cases: ended.cases.map((one) => this.#renumber(one)) } : ended;
    if (this.#newest && result.cases) this.#newest.cases = result.cases;
    this.#update({ state: "ended", position: null, result });
    if (this.#newest) this.#deps.metrics.runEnded(this.#newest.summary, result);
    this.#deps.logger.info({ runId, outcome: result.outcome }, "A run ended");
    try {
      await finishRun(this.#deps.db, runId, { result, chunks });
    } catch (error) {
      // The sweep over forgotten runs finds it not ended and its result still in the queue.
      this.#deps.metrics.runFault("not-stored");
      this.#deps.logger.error({ err: error, runId }, "A run's end could not be written down");
      return;
    }
    await this.#deps.queue.forget(runId).catch((error: unknown) => {
      this.#deps.logger.debug({ err: error, runId }, "What a run left in Redis stays there for an hour");
    });
  }

  /** Adds the newest run's job: a new one's, one that a crash left without, or one that Redis lost. */
  async #addJob(): Promise<void> {
    if (!this.#newest?.job || this.#closed) return;
    const { job, priority } = this.#newest.job;
    await this.#deps.queue.add(job, priority).catch((error: unknown) => {
      this.#deps.metrics.runFault("not-added");
      this.#deps.logger.warn({ err: error }, "A run's job could not be added yet");
    });
  }
}

/** The problem's numbers, from 1, of the cases that a task meets, in order. */
function numbersOf(task: RunTask, problem: ProblemVersion | null): number[] {
  if (task.kind !== "graded" || !problem) return [];
  return problem.content.cases.flatMap(({ visibility }, index) =>
    task.cases === "all" || visibility === "visible" ? [index + 1] : [],
  );
}
