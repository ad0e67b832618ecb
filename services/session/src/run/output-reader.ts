import { OutputChunk, runOutputKey, runWakeChannel } from "@greenroom/shared/jobs/run-job.ts";
import type { Redis } from "ioredis";
import { Compile } from "typebox/compile";

const chunkValidator = Compile(OutputChunk);

/** One Redis connection in subscriber mode, shared by everything in this process that listens. */
export class Subscriber {
  readonly #redis: Redis;
  readonly #listeners = new Map<string, (message: string) => void>();

  constructor(redis: Redis) {
    this.#redis = redis;
    redis.on("message", (channel: string, message: string) => this.#listeners.get(channel)?.(message));
  }

  /** One listener a channel. @returns how to stop */
  async on(channel: string, listener: (message: string) => void): Promise<() => void> {
    this.#listeners.set(channel, listener);
    await this.#redis.subscribe(channel);
    return () => {
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
  readonly #onChunks: (chunks: OutputChunk[]) => void;
  #lastId = "0-0";
  #reading: Promise<void> | undefined;
  #again = false;
  #stop: (() => void) | undefined;

  static async create(options: {
    runId: string;
    redis: Redis;
    subscriber: Subscriber;
    onChunks: (chunks: OutputChunk[]) => void;
  }): Promise<OutputReader> {
    const reader = new OutputReader(options);
    reader.#stop = await options.subscriber.on(runWakeChannel(options.runId), () => void reader.read());
    return reader;
  }

  private constructor(options: { runId: string; redis: Redis; onChunks: (chunks: OutputChunk[]) => void }) {
    this.#redis = options.redis;
    this.#key = runOutputKey(options.runId);
    this.#onChunks = options.onChunks;
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
      const chunks = entries.map(([, fields]) => JSON.parse(fields[1] ?? "null") as unknown);
      this.#onChunks(chunks.filter((chunk) => chunkValidator.Check(chunk)));
    } while (this.#again);
  }

  close(): void {
    this.#stop?.();
  }
}
