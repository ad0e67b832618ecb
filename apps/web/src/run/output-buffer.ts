import type { OutputChunk } from "@greenroom/shared/jobs/run-job.ts";
import { createOutputCleaner } from "./output-text.ts";

export type OutputStream = OutputChunk["stream"];

/** A piece of output as it is shown: never changed once the next one has begun. */
export interface OutputBlock {
  readonly id: number;
  readonly stream: OutputStream;
  readonly text: string;
}

export interface ShownOutput {
  readonly blocks: readonly OutputBlock[];
  /** Characters at the beginning that are kept but not shown. */
  readonly hidden: number;
  readonly total: number;
}

/** A block is closed at this length, so that drawing one more chunk never redraws everything. */
const blockLength = 4096;
/** What a page can show without making anybody wait; all of it can be downloaded. */
const shownLength = 256 * 1024;
const shownBlocks = 1500;

export const noOutput: ShownOutput = { blocks: [], hidden: 0, total: 0 };

/** The output of one run: all of it for the download, the end of it for the page. */
export class OutputBuffer {
  readonly #pieces: string[] = [];
  readonly #cleaners = new Map<OutputStream, (text: string) => string>();
  #blocks: OutputBlock[] = [];
  #nextNumber = 1;
  #nextId = 1;
  #shown = 0;
  #total = 0;

  /** Takes the chunks in order; one that came before is passed over. */
  append(chunks: readonly OutputChunk[]): void {
    for (const chunk of chunks) {
      if (chunk.number < this.#nextNumber) continue;
      this.#nextNumber = chunk.number + 1;
      const cleaner = this.#cleaners.get(chunk.stream) ?? createOutputCleaner();
      this.#cleaners.set(chunk.stream, cleaner);
      this.#add(chunk.stream, cleaner(chunk.text));
    }
  }

  get shown(): ShownOutput {
    return { blocks: this.#blocks, hidden: this.#total - this.#shown, total: this.#total };
  }

  /** Everything, as text. */
  get text(): string {
    return this.#pieces.join("");
  }

  #add(stream: OutputStream, text: string): void {
    if (text === "") return;
    this.#pieces.push(text);
    this.#total += text.length;
    const blocks = [...this.#blocks];
    let rest = text;
    while (rest !== "") {
      const last = blocks.at(-1);
      const room = last?.stream === stream ? blockLength - last.text.length : 0;
      const piece = rest.slice(0, room > 0 ? room : blockLength);
      rest = rest.slice(piece.length);
      if (last && room > 0) blocks[blocks.length - 1] = { ...last, text: last.text + piece };
      else blocks.push({ id: this.#nextId++, stream, text: piece });
    }
    this.#shown += text.length;
    while (blocks.length > 1 && (this.#shown > shownLength || blocks.length > shownBlocks)) {
      this.#shown -= blocks.shift()?.text.length ?? 0;
    }
    this.#blocks = blocks;
  }
}
