import { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import { OutputChunk, runOutputKey, runWakeChannel } from "@greenroom/shared/jobs/run-stream.ts";
import type { Redis } from "ioredis";
import { Compile } from "typebox/compile";

const chunkValidator = Compile(OutputChunk);
const caseValidator = Compile(CaseResult);

/** What a run did: a piece of output, or a test case that was met. */
export type RunNews =
  | { readonly kind: "chunk"; readonly chunk: OutputChunk }
  | { readonly kind: "case"; readonly result: CaseResult };

/** One Redis connection in subscriber mode, shared by everything in this process that listens. */
export class Subscriber {
  readonly #redis: Redis;
  readonly #listeners = new Map<string, (message: string) => void>();

  constructor(redis: Redis) {
    this.#redis = redis;
    redis.on("message", (channel: string, message: string) => this.#listeners.get(channel)?.(message));
  }

  /** One listener a channel; what is said before Redis has heard of it is lost, as any message may be. @returns how to stop */
  on(channel: string, listener: (message: string) => void): () => void {
    this.#listeners.set(channel, listener);
    // On the way down the connection may be gone already; then nothing is left to hear.
    void this.#redis.subscribe(channel).catch(() => undefined);
    return () => {
      if (this.#listeners.get(channel) !== listener) return;
      this.#listeners.delete(channel);
      // On the way down the connection may be gone already; then nothing is left to unsubscribe.
      void this.#redis.unsubscribe(channel).catch(() => undefined);
    };
  }
}

/** Reads a run's output stream from where it last stopped, as often as it is woken; nothing is read twice. */
export class OutputReader {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #onNews: (news: RunNews[]) => void;
  #lastId = "0-0";
  #reading: Promise<void> | undefined;
  #again = false;
  #stop: (() => void) | undefined;

  static create(options: {
    runId: string;
    redis: Redis;
    subscriber: Subscriber;
    onNews: (news: RunNews[]) => void;
  }): OutputReader {
    const reader = new OutputReader(options);
    reader.#stop = options.subscriber.on(runWakeChannel(options.runId), () => void reader.read());
    return reader;
  }

  private constructor(options: { runId: string; redis: Redis; onNews: (news: RunNews[]) => void }) {
    this.#redis = options.redis;
    this.#key = runOutputKey(options.runId);
    this.#onNews = options.onNews;
  }

  /** Ends once everything that was in the stream when it was called has been passed on. A failed read is made up for by the next. */
  async read(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return await this.#reading;
    }
    this.#reading = this.#readAll().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #readAll(): Promise<void> {
    do {
      this.#again = false;
      const entries = await this.#redis.xrange(this.#key, `(${this.#lastId}`, "+", "COUNT", 500).catch(() => []);
      const last = entries.at(-1);
      if (!last) continue;
      this.#lastId = last[0];
      this.#again ||= entries.length === 500;
      this.#onNews(entries.map(([, fields]) => parseNews(fields)).filter((news) => news !== undefined));
    } while (this.#again);
  }

  close(): void {
    this.#stop?.();
  }
}

/** Another service wrote it: whatever is neither a chunk nor a case is left out. */
function parseNews([kind, text]: readonly string[]): RunNews | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (kind === "chunk" && chunkValidator.Check(value)) return { kind, chunk: value };
    if (kind === "case" && caseValidator.Check(value)) return { kind, result: value };
  } catch {
    // Neither.
  }
  return undefined;
}
