import { blockLength, type LogCache } from "./log-cache.ts";
import type { PlaybackSource } from "./source.ts";

/** Brings parts of a log into memory, each once at a time. */
export class LogFetcher {
  readonly #source: PlaybackSource;
  readonly #cache: LogCache;
  #fetching = new Map<number, Promise<void>>();

  constructor(source: PlaybackSource, cache: LogCache) {
    this.#source = source;
    this.#cache = cache;
  }

  /** What is under way is another place's: whoever gave it up begins anew. */
  restart(): void {
    this.#fetching = new Map();
  }

  isFetching(block: number): boolean {
    return this.#fetching.has(block);
  }

  /** The state that a block is folded from. */
  async startOf(block: number, signal: AbortSignal): Promise<void> {
    const number = block * blockLength;
    if (!this.#cache.stateAt(number)) this.#cache.keep(await this.#source.state({ number }, signal));
  }

  /** What is missing of a block of a log that ends at `head`. */
  load(block: number, head: number, signal: AbortSignal): Promise<void> {
    const known = this.#fetching.get(block);
    if (known) return known;
    const fetching = this.#fetchBlock(block, head, signal).finally(() => {
      if (this.#fetching.get(block) === fetching) this.#fetching.delete(block);
    });
    this.#fetching.set(block, fetching);
    return fetching;
  }

  async #fetchBlock(block: number, head: number, signal: AbortSignal): Promise<void> {
    const wanted = () => Math.min((block + 1) * blockLength, head) - this.#cache.endOf(block);
    while (wanted() > 0 && !signal.aborted) {
      const events = await this.#source.events(this.#cache.endOf(block), wanted(), signal);
      if (events.length === 0) throw new Error("The log has fewer events than the server says.");
      this.#cache.append(block, events);
    }
  }
}
