/** Lets `burst` through at once and `perSecond` in the long run. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at = performance.now();

  constructor(options: { perSecond: number; burst: number }) {
    this.#perSecond = options.perSecond;
    this.#burst = options.burst;
    this.#tokens = options.burst;
  }

  /** @returns 0 when one that costs so much may pass now, otherwise how many milliseconds to wait for it */
  take(price = 1): number {
    // Nothing waits for ever.
    const cost = Math.min(price, this.#burst);
    const now = performance.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#tokens >= cost) {
      this.#tokens -= cost;
      return 0;
    }
    return Math.ceil(((cost - this.#tokens) / this.#perSecond) * 1000);
  }
}
