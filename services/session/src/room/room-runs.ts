import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { freeRun } from "@greenroom/shared/jobs/free-run.ts";
import { maxSourceBytes } from "@greenroom/shared/jobs/program.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { FrameErrorCode } from "@greenroom/shared/protocol/error.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import type { Redis } from "ioredis";
import type { SessionDatabase } from "../db/schema.ts";
import type { Fence } from "../document/document-store.ts";
import type { Subscriber } from "../run/output-reader.ts";
import type { AvailabilityWatch } from "../run/run-availability.ts";
import type { RunQueue } from "../run/run-queue.ts";
import { RunRelay } from "../run/run-relay.ts";
import { TokenBucket } from "./token-bucket.ts";
import { findNewestRun, finishRun, insertRun, markRunning, type RunRow, toSummary } from "../run/run-repository.ts";

export interface RoomRunsDeps {
  readonly db: Database<SessionDatabase>;
  readonly redis: Redis;
  readonly queue: RunQueue;
  readonly subscriber: Subscriber;
  readonly availability: AvailabilityWatch;
  readonly logger: Logger;
}

/** What a click on Run asks for, with the text it found. */
export interface RunRequest {
  readonly runId: string;
  readonly documentId: string;
  readonly language: RunSummary["language"];
  readonly revision: number;
  readonly participantId: string;
  readonly source: string;
  readonly stdin: string;
}

/** The runs of one room: one at a time, seen by everybody, and the newest one kept for whoever comes in. */
export class RoomRuns {
  readonly #deps: RoomRunsDeps;
  readonly #fence: Fence;
  readonly #broadcast: (frame: DownFrame) => void;
  #newest: { summary: RunSummary; chunks: OutputChunk[]; job: RunJob | undefined } | undefined;
  #relay: RunRelay | undefined;
  /** Each run may leave megabytes in Redis and in Postgres. */
  readonly #pace = new TokenBucket({ perSecond: 0.5, burst: 60 });
  #starting = false;
  #closed = false;

  constructor(deps: RoomRunsDeps, fence: Fence, broadcast: (frame: DownFrame) => void) {
    this.#deps = deps;
    this.#fence = fence;
    this.#broadcast = broadcast;
  }

  /** Takes up what the process before this one left: the newest run, and following it if it has not ended. */
  async load(): Promise<void> {
    const row = await findNewestRun(this.#deps.db, this.#fence.sessionId);
    if (!row) return;
    const ended = row.state === "ended";
    const job = ended ? undefined : this.#toJob({ ...row, runId: row.id });
    this.#newest = { summary: toSummary(row), chunks: row.output ?? [], job };
    if (ended) return;
    this.#follow(row.id);
    await this.#relay?.look(); // whoever comes in gets all output there is so far [C1]
  }

  get newest(): { summary: RunSummary; chunks: OutputChunk[] } | null {
    return this.#newest ? { summary: this.#newest.summary, chunks: this.#newest.chunks } : null;
  }

  get isActive(): boolean {
    return this.#starting || (this.#newest !== undefined && this.#newest.summary.state !== "ended");
  }

  /** @returns why it was refused; undefined once it is queued, or was already [R1] */
  async start(request: RunRequest): Promise<FrameErrorCode | undefined> {
    if (this.#newest?.summary.runId === request.runId) return undefined;
    if (this.isActive) return "run-in-progress";
    const { current } = this.#deps.availability;
    if (!current.available || !current.ready.includes(request.language)) return "run-unavailable";
    if (Buffer.byteLength(request.source) > maxSourceBytes) return "source-too-large";
    if (this.#pace.take() > 0) return "rate-limited";
    this.#starting = true;
    try {
      return await this.#queueRun(request);
    } finally {
      this.#starting = false;
    }
  }

  async #queueRun(request: RunRequest): Promise<FrameErrorCode | undefined> {
    const queuedAt = Date.now();
    if (!(await insertRun(this.#deps.db, this.#fence, { ...request, queuedAt }))) return "unknown-run";
    const { source: _source, stdin: _stdin, ...summary } = request;
    const job = this.#toJob(request);
    this.#newest = { summary: { ...summary, state: "queued", queuedAt, result: null }, chunks: [], job };
    this.#broadcast({ type: "run", run: this.#newest.summary });
    // Not waited for: the run is on record, and while Redis is away its frames must not hold up the sender's others.
    void this.#addJob();
    this.#follow(request.runId);
    this.#deps.logger.info({ runId: request.runId, language: request.language }, "A run was queued");
    return undefined;
  }

  /** @returns why not; stopping what has ended is no error [R4] */
  stop(runId: string): FrameErrorCode | undefined {
    if (this.#newest?.summary.runId !== runId) return "unknown-run";
    if (this.#newest.summary.state === "ended") return undefined;
    void this.#deps.queue.stop(runId).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, runId }, "A run could not be told to stop");
    });
    return undefined;
  }

  close(): void {
    this.#closed = true;
    this.#relay?.close();
  }

  #toJob(run: Pick<RunRow, "language" | "source" | "stdin"> & { runId: string }): RunJob {
    return freeRun({ ...run, trustDomain: `session:${this.#fence.sessionId}` });
  }

  #follow(runId: string): void {
    this.#relay?.close();
    this.#relay = RunRelay.create({
      runId,
      ...this.#deps,
      listener: {
        onRunning: () => this.#begun(runId),
        onChunks: (chunks) => this.#output(runId, chunks),
        onEnd: (result, chunks) => void this.#end(runId, result, chunks),
        onMissing: () => void this.#addJob(),
      },
    });
  }

  #update(change: Partial<RunSummary>): void {
    if (!this.#newest || this.#newest.summary.state === "ended") return;
    this.#newest.summary = { ...this.#newest.summary, ...change };
    this.#broadcast({ type: "run", run: this.#newest.summary });
  }

  #begun(runId: string): void {
    this.#update({ state: "running" });
    void markRunning(this.#deps.db, runId).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, runId }, "A run's beginning could not be written down");
    });
  }

  #output(runId: string, chunks: OutputChunk[]): void {
    if (this.#newest?.summary.runId !== runId) return;
    this.#newest.chunks = chunks[0]?.number === 1 ? [...chunks] : [...this.#newest.chunks, ...chunks];
    this.#broadcast({ type: "run.output", runId, chunks });
  }

  async #end(runId: string, result: RunResult, chunks: OutputChunk[]): Promise<void> {
    this.#update({ state: "ended", result });
    this.#deps.logger.info({ runId, outcome: result.outcome }, "A run ended");
    try {
      await finishRun(this.#deps.db, runId, { result, chunks });
    } catch (error) {
      // The room that opens next finds the run not ended and its result still in the queue.
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
    await this.#deps.queue.add(this.#newest.job).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error }, "A run's job could not be added yet");
    });
  }
}
