import { type Excerpt, maxExcerptLength } from "@greenroom/shared/jobs/run-result.ts";

/** How much of the end of stderr is kept for a runtime's words about its own heap. */
const tailBytes = 8192;
/** A character of UTF-8 has at most so many bytes: no more of stderr is worth keeping. */
const maxExcerptBytes = maxExcerptLength * 4;

/** What a program writes in one test case. The supervisor counts: it is never more than the output limit. */
export class Capture {
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  #stderrKept = 0;
  #tail = "";

  add(stream: "stdout" | "stderr", bytes: Buffer): void {
    if (stream === "stdout") {
      this.#stdout.push(bytes);
      return;
    }
    this.#tail = (this.#tail + bytes.toString("latin1")).slice(-tailBytes);
    if (this.#stderrKept > maxExcerptBytes) return;
    this.#stderr.push(bytes);
    this.#stderrKept += bytes.length;
  }

  stdout(): Buffer {
    return Buffer.concat(this.#stdout);
  }

  stderr(): Buffer {
    return Buffer.concat(this.#stderr);
  }

  stderrTail(): string {
    return this.#tail;
  }
}

/** The beginning of an output as text that can be stored anywhere, at most so many characters of it, and no half ones. */
export function excerpt(output: Buffer, length: number): Excerpt {
  const text = storable(output.toString("utf8", 0, Math.min(output.length, length * 4)));
  const cut = text.length > length || output.length > length * 4;
  return { text: cut ? text.slice(0, length).toWellFormed() : text, cut };
}

/** Postgres takes no NUL in text. */
export const storable = (text: string): string => text.replaceAll("\0", "\ufffd");
