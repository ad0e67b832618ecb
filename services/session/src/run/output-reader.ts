import { runWakeChannel } from "@greenroom/shared/jobs/run-stream.ts";
import { fromTheBeginning, readNews, type RunNews } from "@greenroom/shared/node/runs/run-news.ts";
import type { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import type { Redis } from "ioredis";

/** Reads a run's output stream from where it last stopped, as often as it is woken; nothing is read twice. */
export class OutputReader {
  readonly #redis: Redis;
  readonly #runId: string;
  readonly #onNews: (news: RunNews[]) => void;
  #lastId = fromTheBeginning;
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
    this.#runId = options.runId;
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
      const page = await readNews(this.#redis, this.#runId, this.#lastId).catch(() => undefined);
      if (!page) continue;
      this.#lastId = page.lastId;
      this.#again ||= page.isFull;
      this.#onNews([...page.news]);
    } while (this.#again);
  }

  close(): void {
    this.#stop?.();
  }
}
