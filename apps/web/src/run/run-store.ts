import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { createStore, type ReadableStore } from "../room/store.ts";
import { noOutput, OutputBuffer, type ShownOutput } from "./output-buffer.ts";
import { TerminalFeed } from "./terminal-feed.ts";

export interface RunView {
  /** The newest run anybody started; undefined before the first. */
  readonly summary: RunSummary | undefined;
  readonly output: ShownOutput;
  /** Of a graded run: the test cases met so far, in order. */
  readonly cases: readonly CaseResult[];
  /** One's own click that the server has not answered: waiting for the text to be saved, or on its way. */
  readonly request: "saving" | "sent" | undefined;
}

/** Chunks that arrive within one frame are drawn together; a flood is drawn more seldom. In milliseconds. */
const drawAfterMs = 16;
const drawFloodAfterMs = 120;
/** More characters than this are a flood. */
const flood = 64 * 1024;

export function isTerminalRun({ task }: RunSummary): boolean {
  return task.kind === "free" && task.input.kind === "terminal";
}

/** The room's newest run with its output, for everybody in it. */
export class RunStore {
  readonly #view = createStore<RunView>({ summary: undefined, output: noOutput, cases: [], request: undefined });
  readonly #terminal = new TerminalFeed();
  #isTerminal = false;
  #buffer = new OutputBuffer();
  #drawing: ReturnType<typeof setTimeout> | undefined;

  get view(): ReadableStore<RunView> {
    return this.#view;
  }
  /** The same output as a terminal takes it; nothing of a run that has none. */
  get terminal(): TerminalFeed {
    return this.#terminal;
  }
  get outputText(): string {
    return this.#buffer.text;
  }

  /** After a welcome: the server's word replaces all that was here. */
  reset(run: { summary: RunSummary; chunks: readonly OutputChunk[]; cases: readonly CaseResult[] } | null): void {
    this.#begin(run?.summary);
    if (run) this.#take(run.chunks);
    this.#set({ summary: run?.summary, cases: run?.summary.result?.cases ?? run?.cases ?? [] });
  }

  changed(summary: RunSummary): void {
    const current = this.#view.get().summary;
    if (summary.runId !== current?.runId) {
      // A late word about an older run says nothing about this one.
      if (current && summary.queuedAt < current.queuedAt) return;
      this.#begin(summary);
      this.#set({ cases: [] });
    }
    this.#set({ summary, ...(summary.result?.cases ? { cases: summary.result.cases } : {}) });
  }

  append(runId: string, chunks: readonly OutputChunk[]): void {
    if (runId !== this.#view.get().summary?.runId) return;
    this.#take(chunks);
    const delay = this.#buffer.shown.total > flood ? drawFloodAfterMs : drawAfterMs;
    this.#drawing ??= setTimeout(() => this.#set({}), delay);
  }

  /** Each comes once, in order; one that is not after the last begins them anew from there. [R3] */
  addCases(runId: string, added: readonly CaseResult[]): void {
    const { summary, cases } = this.#view.get();
    const first = added[0];
    if (runId !== summary?.runId || !first) return;
    this.#set({ cases: [...cases.filter(({ number }) => number < first.number), ...added] });
  }

  requested(request: RunView["request"]): void {
    this.#set({ request });
  }

  close(): void {
    clearTimeout(this.#drawing);
  }

  #begin(run: RunSummary | undefined): void {
    this.#isTerminal = run !== undefined && isTerminalRun(run);
    this.#buffer = new OutputBuffer();
    this.#terminal.clear();
  }

  /** Number 1 a second time: the run was taken up again after its executor died, and begins anew. [R3] */
  #take(chunks: readonly OutputChunk[]): void {
    for (const chunk of chunks) {
      if (chunk.number === 1 && this.#buffer.hasBegun) {
        this.#begin(this.#view.get().summary);
        this.#set({ cases: [] });
      }
      if (!this.#buffer.append([chunk]) || !this.#isTerminal) continue;
      // A compiler writes to no terminal: its lines end in LF alone.
      this.#terminal.write(chunk.stream === "compile" ? chunk.text.replaceAll("\n", "\r\n") : chunk.text);
    }
  }

  #set(change: Partial<RunView>): void {
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
    this.#view.set({ ...this.#view.get(), output: this.#buffer.shown, ...change });
  }
}
