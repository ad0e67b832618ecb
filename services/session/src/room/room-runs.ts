import { randomInt } from "node:crypto";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { type OutputChunk, type RunOrder, runOrdersKey, runOutputKey } from "@greenroom/shared/jobs/run-stream.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { ProblemVersion } from "@greenroom/shared/problem/problem.ts";
import type { FrameErrorCode } from "@greenroom/shared/protocol/error.ts";
import type { RunSummary, RunTask } from "@greenroom/shared/protocol/run.ts";
import type { Redis } from "ioredis";
import type { ProgramFile, SessionDatabase } from "../db/schema.ts";
import { FencedError, LogFullError, NotAppendedError, type RoomLog } from "../log/room-log.ts";
import type { SessionMetrics } from "../metrics.ts";
import { getProblemVersion } from "../problem/problem-repository.ts";
import type { Sight } from "../problem/what-a-role-sees.ts";
import { makeJob } from "../run/make-job.ts";
import { refuseRun } from "../run/refuse-run.ts";
import type { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import type { AvailabilityWatch } from "@greenroom/shared/node/runs/run-availability.ts";
import type { RunQueue } from "@greenroom/shared/node/runs/run-queue.ts";
import { RunRelay } from "../run/run-relay.ts";
import {
  findNewestRun,
  findRun,
  finishRun,
  insertRun,
  markRunning,
  type NewRun,
  type RunRow,
  toSummary,
} from "../run/run-repository.ts";
import { type NewestRun, newestRun, refuseOrder, runEvent, stoppedInTheQueue } from "./newest-run.ts";
import { RunBoard, type TellOfRun } from "./run-board.ts";
import { TokenBucket } from "@greenroom/shared/node/token-bucket.ts";

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
  /** The entry's text, and the other files of its project. */
  readonly source: string;
  readonly files: ProgramFile[];
  readonly task: RunTask;
  /** The problem that the room works on. */
  readonly problem: ProblemVersion | null;
}

/** The runs of one room, one at a time: started, followed, given orders, and their ends written down. */
export class RoomRuns {
  readonly #deps: RoomRunsDeps;
  readonly #log: RoomLog;
  readonly #board: RunBoard;
  #relay: RunRelay | undefined;
  /** Each run may leave megabytes in Redis and in Postgres. */
  readonly #pace = new TokenBucket({ perSecond: 0.5, burst: 60 });
  #starting = false;
  /** The run whose job is being taken out of the queue: it is not missing there. */
  #takingOut: string | undefined;
  /** The session has ended: how its run ended is in the log. */
  #isOver = false;
  #closed = false;

  constructor(deps: RoomRunsDeps, log: RoomLog, tell: TellOfRun) {
    this.#deps = deps;
    this.#log = log;
    this.#board = new RunBoard({ log, tell });
  }

  /**
   * Takes up what the process before this one left: the newest run, and following it if it has not ended.
   *
   * @param logged the newest run of the log
   */
  async load(logged: RunSummary | undefined): Promise<void> {
    const row = await findNewestRun(this.#deps.db, this.#log.fence.sessionId);
    if (!row) return;
    const problem = await this.#problemOf(row);
    const job = row.state === "ended" ? undefined : makeJob({ ...row, ...this.#identify(row.id), problem });
    const known = { chunks: row.output ?? [], cases: row.result?.cases ?? [] };
    this.#board.put({ ...newestRun(toSummary(row), { problem, job }), ...known });
    if (row.state === "ended") return;
    if (logged?.runId !== row.id) this.#log.push(runEvent(toSummary(row)));
    this.#follow(row.id);
    await this.#relay?.look(); // whoever comes in gets all output there is so far [C1]
  }

  async #problemOf(row: RunRow): Promise<ProblemVersion | null> {
    if (row.problem_id === null || row.problem_version === null) return null;
    return await getProblemVersion(this.#deps.db, row.problem_id, row.problem_version);
  }

  /** The newest run, as it may be seen. [C1] */
  newest(sight: Sight): ReturnType<RunBoard["seenBy"]> {
    return this.#board.seenBy(sight);
  }

  /** The newest run's id while it has not ended. */
  get activeRunId(): string | undefined {
    return this.#board.activeRunId;
  }

  get isActive(): boolean {
    return this.#starting || this.activeRunId !== undefined;
  }

  /** @returns why it was refused; undefined once it is queued, or was already [R1] */
  async start(request: RunRequest): Promise<FrameErrorCode | undefined> {
    if (this.#board.newest?.summary.runId === request.runId) return undefined;
    if (this.isActive) return "run-in-progress";
    const refused = refuseRun(request, this.#deps.availability.current);
    if (refused) return refused;
    if (this.#pace.take() > 0) return "rate-limited";
    this.#starting = true;
    try {
      const [waiting, taken] = await Promise.all([this.#deps.queue.countWaiting(), this.#isTaken(request.runId)]);
      if (taken) return "unknown-run";
      if (waiting >= this.#deps.runsWaitingMax) return "queue-full";
      return await this.#queueRun(request);
    } finally {
      this.#starting = false;
    }
  }

  /** Its id is its sender's choice, and what Redis has under it may be another's: a program's run, which no row here tells of. */
  async #isTaken(runId: string): Promise<boolean> {
    const { queue, redis } = this.#deps;
    const [job, streams] = await Promise.all([
      queue.look(runId),
      redis.exists(runOutputKey(runId), runOrdersKey(runId)),
    ]);
    return job !== null || streams > 0;
  }

  #identify(runId: string): { runId: string; sessionId: string } {
    return { runId, sessionId: this.#log.fence.sessionId };
  }

  async #queueRun(request: RunRequest): Promise<FrameErrorCode | undefined> {
    const queuedAt = Date.now();
    const graded = request.task.kind === "graded";
    const run = { ...request, problem: graded ? request.problem : null, seed: graded ? randomInt(2 ** 31) : null };
    const { runId, documentId, language, revision, participantId, task } = request;
    const problem = run.problem && { problemId: run.problem.problemId, version: run.problem.version };
    const asked = { runId, documentId, language, revision, participantId, task, problem };
    const summary: RunSummary = { ...asked, state: "queued", position: null, queuedAt, result: null };
    const refused = await this.#record(summary, { ...run, queuedAt });
    if (refused) return refused;
    const job = makeJob({ ...run, ...this.#identify(runId) });
    this.#board.put(newestRun(summary, { problem: run.problem, job }));
    this.#board.tellSummary();
    // Not waited for: the run is on record, and while Redis is away its frames must not hold up the sender's others.
    void this.#addJob();
    this.#follow(runId);
    this.#deps.logger.info({ runId, language, task: task.kind }, "A run was queued");
    return undefined;
  }

  /** @returns why it could not be written down */
  async #record(summary: RunSummary, run: NewRun): Promise<FrameErrorCode | undefined> {
    try {
      await this.#log.append([runEvent(summary)], async (transaction) => {
        const isNew = await insertRun(transaction, this.#log.fence.sessionId, run);
        if (!isNew) throw new NotAppendedError("There is a run with this id.");
      });
      return undefined;
    } catch (error) {
      if (error instanceof NotAppendedError) return "unknown-run";
      if (error instanceof FencedError) return "session-ended";
      if (error instanceof LogFullError) return "rate-limited";
      throw error;
    }
  }

  /** @returns why not; an order to what has ended is no error, for it may have crossed the end [R4, R6] */
  order(runId: string, order: RunOrder): FrameErrorCode | undefined {
    const newest = this.#board.newest;
    if (newest?.summary.runId !== runId) return "unknown-run";
    if (newest.summary.state === "ended") return undefined;
    if (order.type === "stop") {
      if (!newest.stopped) void this.#give(runId, order, () => this.#stopped(newest));
      return undefined;
    }
    const refused = refuseOrder(newest, order);
    if (refused) return refused;
    void this.#give(runId, order);
    return undefined;
  }

  /** Never rejects. */
  async #give(runId: string, order: RunOrder, given?: () => Promise<void>): Promise<void> {
    try {
      await this.#deps.queue.order(runId, order);
      await given?.();
    } catch (error) {
      this.#deps.metrics.runFault("order-lost");
      this.#deps.logger.warn({ err: error, runId, order: order.type }, "A run could not be given an order");
    }
  }

  /** The session has ended, and with it, in the log, the run that went on: it is told, and its program stopped. Never rejects. [R8] */
  async cutOff(): Promise<void> {
    this.#isOver = true;
    const runId = this.activeRunId;
    if (runId === undefined) return;
    this.order(runId, { type: "stop" });
    this.#relay?.close();
    try {
      const ended = await this.#takeStored(runId);
      if (ended?.result) this.#deps.metrics.runEnded(ended, ended.result);
    } catch (error) {
      this.#deps.logger.warn({ err: error, runId }, "How a run ended with its session could not be read");
    }
  }

  /** The newest run has ended as its row says, whatever was told of it before. @returns undefined when it has no end */
  async #takeStored(runId: string): Promise<RunSummary | undefined> {
    const row = await findRun(this.#deps.db, this.#log.fence.sessionId, runId);
    if (!row?.result || this.#board.newest?.summary.runId !== runId) return undefined;
    const summary = toSummary(row);
    this.#board.put({ ...this.#board.newest, summary, chunks: row.output ?? [], cases: row.result.cases ?? [] });
    this.#board.tellSummary();
    return summary;
  }

  /** A run that waits has nothing to end: its job is taken out of the queue, unless an executor has it, who reads the order. [R4] */
  async #stopped(newest: NewestRun): Promise<void> {
    newest.stopped = true;
    const { runId, state } = newest.summary;
    if (state !== "queued" || this.#takingOut === runId) return;
    this.#takingOut = runId;
    try {
      const isRemoved = await this.#deps.queue.remove(runId);
      if (!isRemoved || this.#isOver || this.#board.newest !== newest) return;
      this.#relay?.close();
      await this.#end(runId, stoppedInTheQueue, []);
    } finally {
      this.#takingOut = undefined;
    }
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
        onChunks: (chunks) => this.#board.output(runId, chunks),
        onCases: (cases) => this.#board.met(runId, cases),
        onEnd: (result, chunks) => void this.#end(runId, result, chunks),
        onMissing: () => void this.#addJob(),
      },
    });
  }

  /** [R7] */
  #waits(position: number): void {
    if (this.#board.newest?.summary.state === "queued" && this.#board.newest.summary.position !== position)
      this.#board.update({ position });
  }

  #begun(runId: string): void {
    this.#board.update({ state: "running", position: null });
    const summary = this.#board.newest?.summary;
    if (!summary) return;
    this.#log
      .append([runEvent(summary)], (transaction) => markRunning(transaction, runId))
      .catch((error: unknown) => {
        if (error instanceof FencedError) return;
        this.#deps.logger.warn({ err: error, runId }, "A run's beginning could not be written down");
      });
  }

  async #end(runId: string, ended: RunResult, chunks: OutputChunk[]): Promise<void> {
    const result = ended.cases ? { ...ended, cases: ended.cases.map((one) => this.#board.renumber(one)) } : ended;
    if (this.#board.newest && result.cases) this.#board.newest.cases = result.cases;
    this.#board.update({ state: "ended", position: null, result });
    if (this.#board.newest) this.#deps.metrics.runEnded(this.#board.newest.summary, result);
    this.#deps.logger.info({ runId, outcome: result.outcome }, "A run ended");
    try {
      await this.#store({ runId, result, chunks });
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

  async #store(run: { runId: string; result: RunResult; chunks: readonly OutputChunk[] }): Promise<void> {
    const summary = this.#board.newest?.summary;
    const { db } = this.#deps;
    const { fence } = this.#log;
    try {
      const events = summary?.runId === run.runId ? [runEvent(summary)] : [];
      await this.#log.append(events, async (transaction) => void (await finishRun(transaction, fence, run)));
    } catch (error) {
      // The session ended, and the run with it, unless that was written before runs ended with their sessions.
      if (!(error instanceof FencedError)) throw error;
      if (!(await finishRun(db, fence, run)) && !(await this.#takeStored(run.runId))) throw error;
    }
  }

  /** Adds the newest run's job: a new one's, one that a crash left without, or one that Redis lost. */
  async #addJob(): Promise<void> {
    if (!this.#board.newest?.job || this.#closed) return;
    const { runId, state } = this.#board.newest.summary;
    if (state === "ended" || this.#takingOut === runId) return;
    this.#board.newest.stopped = false; // what Redis lost of the job, it lost of its orders
    const { job, priority } = this.#board.newest.job;
    await this.#deps.queue.add(job, priority).catch((error: unknown) => {
      this.#deps.metrics.runFault("not-added");
      this.#deps.logger.warn({ err: error }, "A run's job could not be added yet");
    });
  }
}
