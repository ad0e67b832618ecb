import type { Redis } from "ioredis";

/** One Redis connection in subscriber mode, shared by everything in this process that listens. */
export class Subscriber {
  readonly #redis: Redis;
  readonly #listeners = new Map<string, Set<(message: string) => void>>();

  constructor(redis: Redis) {
    this.#redis = redis;
    redis.on("message", (channel: string, message: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(message);
    });
  }

  /** What is said before Redis has heard of it is lost, as any message may be. @returns how to stop */
  on(channel: string, listener: (message: string) => void): () => void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    // On the way down the connection may be gone already; then nothing is left to hear.
    if (listeners.size === 1) void this.#redis.subscribe(channel).catch(() => undefined);
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#listeners.delete(channel);
      // On the way down the connection may be gone already; then nothing is left to unsubscribe.
      void this.#redis.unsubscribe(channel).catch(() => undefined);
    };
  }
}
