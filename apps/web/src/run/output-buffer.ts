import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
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

/** About as long as a block gets: drawing one more chunk lays out its last block anew and none before it. */
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

  /**
   * Takes the chunks in order; one that came before is passed over.
   *
   * @returns whether there was a new one
   */
  append(chunks: readonly OutputChunk[]): boolean {
    const before = this.#nextNumber;
    for (const chunk of chunks) {
      if (chunk.number < this.#nextNumber) continue;
      this.#nextNumber = chunk.number + 1;
      const cleaner = this.#cleaners.get(chunk.stream) ?? createOutputCleaner();
      this.#cleaners.set(chunk.stream, cleaner);
      this.#add(chunk.stream, cleaner(chunk.text));
    }
    return this.#nextNumber > before;
  }

  get hasBegun(): boolean {
    return this.#nextNumber > 1;
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
    const behind = completeLine(blocks, stream, text);
    if (behind === "") {
      this.#keepEnd(blocks, text.length);
      return;
    }
    const last = blocks.at(-1)?.stream === stream ? blocks.pop() : undefined;
    let id = last?.id ?? this.#nextId++;
    let rest = (last?.text ?? "") + behind;
    for (let end = blockEnd(rest); rest !== ""; end = blockEnd(rest)) {
      blocks.push({ id, stream, text: rest.slice(0, end) });
      rest = rest.slice(end);
      if (rest !== "") id = this.#nextId++;
    }
    this.#keepEnd(blocks, text.length);
  }

  #keepEnd(blocks: OutputBlock[], added: number): void {
    this.#shown += added;
    while (blocks.length > 1 && (this.#shown > shownLength || blocks.length > shownBlocks)) {
      this.#shown -= blocks.shift()?.text.length ?? 0;
    }
    this.#blocks = blocks;
  }
}

/**
 * A line that the other stream came in the middle of is ended where it began, not where its end arrived.
 *
 * @returns what comes behind that line
 */
function completeLine(blocks: OutputBlock[], stream: OutputStream, text: string): string {
  const index = blocks.findLastIndex((block) => block.stream === stream);
  const open = blocks[index];
  if (!open || index === blocks.length - 1 || open.text.endsWith("\n") || open.text.length >= blockLength) return text;
  const end = text.indexOf("\n") + 1 || text.length;
  blocks[index] = { ...open, text: open.text + text.slice(0, end) };
  return text.slice(end);
}

/** Where the first block of a text ends: behind its last whole line, because each block begins on a line of its own. */
function blockEnd(text: string): number {
  if (text.length <= blockLength) return text.length;
  const lineEnd = text.lastIndexOf("\n", blockLength - 1) + 1;
  return lineEnd > 0 ? lineEnd : blockLength;
}
