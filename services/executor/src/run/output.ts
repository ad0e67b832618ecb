import { TextDecoder } from "node:util";
import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import { type OutputChunk, runOutputKey, runWakeChannel } from "@greenroom/shared/jobs/run-stream.ts";
import type { Redis } from "ioredis";

/** Output that follows closely is gathered for so long; the first piece after a pause goes out at once. */
const gatherMs = 12;
/** UTF-16 units in one chunk. */
const maxChunkLength = 32 * 1024;
/**
 * Pieces in the order in which they came: a program that writes to its two streams in turn makes one with each byte. After
 * so many it has one of each stream each time something is sent.
 */
const maxInOrder = 4_000;
/** No run has more chunks: those, 120 s in pieces of 12 ms on two streams, and the largest output in whole chunks. */
const maxChunks = 25_000;
/** A run's streams are kept so long after its end, in seconds. */
export const keptForSeconds = 3600;

type Stream = OutputChunk["stream"];
type TextPiece = { stream: Stream; text: string };
type Piece = TextPiece | { result: CaseResult };

/**
 * A run's output on its way to Redis: bytes in, numbered chunks of whole characters out, in the order in which they
 * came. A run that is taken up again (its executor died) begins again: the stream is emptied and numbers restart at 1,
 * so a reader that meets number 1 a second time forgets what it had; the result's `chunks` says how many count.
 */
export class RunOutput {
  readonly #redis: Redis;
  readonly #runId: string;
  readonly #decoders = new Map<string, TextDecoder>();
  #gathered: Piece[] = [];
  #number = 0;
  #pieces = 0;
  #flushedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #sent: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(redis: Redis, runId: string) {
    this.#redis = redis;
    this.#runId = runId;
  }

  /** @param again whether the run was taken up before */
  static async create(options: { redis: Redis; runId: string; again: boolean }): Promise<RunOutput> {
    // Emptied, not deleted: a deleted one may begin again with an id that a reader has seen within the same millisecond.
    if (options.again) await options.redis.xtrim(runOutputKey(options.runId), "MAXLEN", 0);
    return new RunOutput(options.redis, options.runId);
  }

  /** @param source tells streams of bytes apart that end up in one stream of text, as a compiler's two do */
  write(stream: Stream, bytes: Buffer, source: string = stream): void {
    let decoder = this.#decoders.get(source);
    if (!decoder) {
      decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      this.#decoders.set(source, decoder);
    }
    this.writeText(stream, decoder.decode(bytes, { stream: true }));
  }

  /** Text of ours, such as why compiling was broken off. */
  writeText(stream: Stream, text: string): void {
    if (text === "" || this.#closed) return;
    const last = this.#last(stream);
    if (last) {
      last.text += text;
      this.#flushSoon(last.text.length > maxChunkLength);
    } else {
      this.#pieces += 1;
      this.#gathered.push({ stream, text });
      this.#flushSoon(false);
    }
  }

  /** How one test case went; it takes its place after all output so far. */
  writeCase(result: CaseResult): void {
    if (this.#closed) return;
    this.#gathered.push({ result });
    this.#flushSoon(false);
  }

  /** Where a compiler's words go: both of its streams into one. */
  forCompiler(): {
    onCompilerOutput: (stream: "stdout" | "stderr", bytes: Buffer) => void;
    onCompilerEnded: (explanation: string | undefined) => void;
  } {
    return {
      onCompilerOutput: (stream, bytes) => this.write("compile", bytes, `compile ${stream}`),
      onCompilerEnded: (explanation) => {
        this.endSource("compile", "compile stdout");
        this.endSource("compile", "compile stderr");
        if (explanation !== undefined) this.writeText("compile", `\n${explanation}\n`);
      },
    };
  }

  /** Ends a part of the run: a character that was cut off becomes U+FFFD. */
  endSource(stream: Stream, source: string = stream): void {
    const decoder = this.#decoders.get(source);
    this.#decoders.delete(source);
    if (decoder) this.writeText(stream, decoder.decode());
  }

  /** Sends what is left; resolves to the number of chunks once Redis has them all. Rejects when it does not take them. */
  async close(): Promise<number> {
    this.#flush();
    this.#closed = true;
    await this.#sent;
    return this.#number;
  }

  /** Sends nothing more: the run belongs to somebody else now. */
  abandon(): void {
    this.#closed = true;
    this.#gathered = [];
    clearTimeout(this.#timer);
  }

  /** The piece that is still to be sent which more text of this stream belongs to. */
  #last(stream: Stream): TextPiece | undefined {
    const last =
      this.#pieces < maxInOrder
        ? this.#gathered.at(-1)
        : this.#gathered.findLast((one) => "stream" in one && one.stream === stream);
    return last && "stream" in last && last.stream === stream ? last : undefined;
  }

  #flushSoon(now: boolean): void {
    const sinceFlush = Date.now() - this.#flushedAt;
    if (now || sinceFlush >= gatherMs) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), gatherMs - sinceFlush);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#gathered.length === 0) return;
    const key = runOutputKey(this.#runId);
    const pipeline = this.#redis.pipeline();
    for (const [field, value] of this.#gathered.flatMap((piece) => this.#entries(piece)))
      pipeline.xadd(key, "MAXLEN", "~", maxChunks, "*", field, value);
    pipeline.expire(key, keptForSeconds);
    pipeline.publish(runWakeChannel(this.#runId), "");
    this.#gathered = [];
    this.#flushedAt = Date.now();
    const sending = pipeline.exec().then((replies) => {
      for (const [error] of replies ?? []) if (error) throw error;
    });
    this.#sent = Promise.all([this.#sent, sending]).then(() => undefined);
    // Whoever closes learns of it; until then nobody listens.
    this.#sent.catch(() => undefined);
  }

  #entries(piece: Piece): [field: string, value: string][] {
    if ("result" in piece) return [["case", JSON.stringify(piece.result)]];
    return Array.from(pieces(piece.text), (text) => {
      this.#number += 1;
      const chunk: OutputChunk = { number: this.#number, stream: piece.stream, text };
      return ["chunk", JSON.stringify(chunk)];
    });
  }
}

/** Cuts text into chunks without cutting a character in two. */
function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + maxChunkLength, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end -= 1;
    yield text.slice(start, end);
    start = end;
  }
}
