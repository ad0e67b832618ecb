/**
 * Calls at most once an interval with the newest value; what came in between is dropped, the last one never is.
 */
export class LatestOnly<T> {
  readonly #intervalMs: number;
  readonly #act: (value: T) => void;
  #last = 0;
  #waiting: { value: T; timer: NodeJS.Timeout } | undefined;

  constructor(intervalMs: number, act: (value: T) => void) {
    this.#intervalMs = intervalMs;
    this.#act = act;
  }

  push(value: T): void {
    if (this.#waiting) {
      this.#waiting.value = value;
      return;
    }
    const wait = this.#last + this.#intervalMs - performance.now();
    if (wait <= 0) this.#now(value);
    else this.#waiting = { value, timer: setTimeout(() => this.#now(this.#waiting?.value ?? value), wait) };
  }

  #now(value: T): void {
    this.#waiting = undefined;
    this.#last = performance.now();
    this.#act(value);
  }

  close(): void {
    clearTimeout(this.#waiting?.timer);
    this.#waiting = undefined;
  }
}
