import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { createStore, type ReadableStore } from "../room/store.ts";
import { noOutput, OutputBuffer, type ShownOutput } from "./output-buffer.ts";

export interface RunView {
  /** The newest run anybody started; undefined before the first. */
  readonly summary: RunSummary | undefined;
  readonly output: ShownOutput;
  /** One's own click that the server has not answered: waiting for the text to be saved, or on its way. */
  readonly request: "saving" | "sent" | undefined;
}

/** Chunks that arrive within one frame are drawn together; a flood is drawn more seldom. In milliseconds. */
const drawAfterMs = 16;
const drawFloodAfterMs = 120;
/** More characters than this are a flood. */
const flood = 64 * 1024;

/** The room's newest run with its output, for everybody in it. */
export class RunStore {
  readonly #view = createStore<RunView>({ summary: undefined, output: noOutput, request: undefined });
  #buffer = new OutputBuffer();
  #drawing: ReturnType<typeof setTimeout> | undefined;

  get view(): ReadableStore<RunView> {
    return this.#view;
  }
  get outputText(): string {
    return this.#buffer.text;
  }

  /** After a welcome: the server's word replaces all that was here. */
  reset(run: { summary: RunSummary; chunks: readonly OutputChunk[] } | null): void {
    this.#buffer = new OutputBuffer();
    if (run) this.#buffer.append(run.chunks);
    this.#set({ summary: run?.summary, output: this.#buffer.shown });
  }

  changed(summary: RunSummary): void {
    const current = this.#view.get().summary;
    if (summary.runId !== current?.runId) {
      // A late word about an older run says nothing about this one.
      if (current && summary.queuedAt < current.queuedAt) return;
      this.#buffer = new OutputBuffer();
    }
    this.#set({ summary, output: this.#buffer.shown });
  }

  append(runId: string, chunks: readonly OutputChunk[]): void {
    if (runId !== this.#view.get().summary?.runId) return;
    this.#buffer.append(chunks);
    const delay = this.#buffer.shown.total > flood ? drawFloodAfterMs : drawAfterMs;
    this.#drawing ??= setTimeout(() => this.#set({}), delay);
  }

  requested(request: RunView["request"]): void {
    this.#set({ request });
  }

  close(): void {
    clearTimeout(this.#drawing);
  }

  #set(change: Partial<RunView>): void {
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
    this.#view.set({ ...this.#view.get(), output: this.#buffer.shown, ...change });
  }
}
