import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import type { RoomLog } from "../log/room-log.ts";
import { showCase, showChunks, showSummary, type Sight, type View } from "../problem/what-a-role-sees.ts";
import type { NewestRun } from "./newest-run.ts";

/** A frame about a run, for those who see everything and for those who see nothing of hidden cases. */
export type TellOfRun = (frame: (sight: Sight) => DownFrame) => void;

/** The newest run of a room, kept for whoever comes in, and told to everybody as they may see it. */
export class RunBoard {
  readonly #log: RoomLog;
  readonly #tell: TellOfRun;
  #newest: NewestRun | undefined;

  constructor(options: { log: RoomLog; tell: TellOfRun }) {
    this.#log = options.log;
    this.#tell = options.tell;
  }

  get newest(): NewestRun | undefined {
    return this.#newest;
  }

  /** From now on this is the newest run, or how it stands with it; nobody is told yet. */
  put(newest: NewestRun): void {
    this.#newest = newest;
  }

  /** The newest run, as it may be seen. [C1] */
  seenBy(sight: Sight): { summary: RunSummary; chunks: OutputChunk[]; cases: CaseResult[] } | null {
    if (!this.#newest) return null;
    const { summary, chunks, cases } = this.#newest;
    const view = this.#view(sight);
    return {
      summary: showSummary(summary, view),
      chunks: showChunks(chunks, summary.task, view),
      cases: cases.map((one) => showCase(one, view)),
    };
  }

  #view(sight: Sight): View {
    return { sight, byAuthor: this.#newest?.byAuthor ?? false };
  }

  /** The newest run's id while it has not ended. */
  get activeRunId(): string | undefined {
    return this.#newest && this.#newest.summary.state !== "ended" ? this.#newest.summary.runId : undefined;
  }

  update(change: Partial<RunSummary>): void {
    if (!this.#newest || this.#newest.summary.state === "ended") return;
    this.#newest.summary = { ...this.#newest.summary, ...change };
    this.tellSummary();
  }

  tellSummary(): void {
    const summary = this.#newest?.summary;
    if (summary) this.#tell((sight) => ({ type: "run", run: showSummary(summary, this.#view(sight)) }));
  }

  output(runId: string, chunks: OutputChunk[]): void {
    if (this.#newest?.summary.runId !== runId) return;
    this.#newest.chunks = chunks[0]?.number === 1 ? [...chunks] : [...this.#newest.chunks, ...chunks];
    this.#log.push({ kind: "run.output", participantId: null, body: { runId, chunks } });
    const { task } = this.#newest.summary;
    this.#tell((sight) => ({ type: "run.output", runId, chunks: showChunks(chunks, task, this.#view(sight)) }));
  }

  /** [B4] */
  met(runId: string, met: CaseResult[]): void {
    if (this.#newest?.summary.runId !== runId) return;
    const anew = met[0]?.number === 1;
    const cases = met.map((one) => this.renumber(one));
    this.#newest.cases = anew ? cases : [...this.#newest.cases, ...cases];
    this.#log.push({ kind: "run.cases", participantId: null, body: { runId, cases } });
    this.#tell((sight) => ({ type: "run.cases", runId, cases: cases.map((one) => showCase(one, this.#view(sight))) }));
  }

  /** A run that meets only some cases counts those; everybody else knows them by the problem's numbers. */
  renumber(result: CaseResult): CaseResult {
    return { ...result, number: this.#newest?.numbers[result.number - 1] ?? result.number };
  }
}
