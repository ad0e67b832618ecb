import { JournalError, type JournalProblem } from "./journal-store.ts";
import type { Keeper, PendingState } from "./pending-state.ts";

/** An acknowledgement that comes sooner spares the disk; with the write itself it stays below 100 ms. [J1] */
const patienceMs = 30;
/** After a failure it is tried again by itself, in milliseconds. */
const retryMs = 2000;
/** A write that has not ended by then counts as failed. */
const longestWriteMs = 5000;

export interface JournalWriterOptions {
  /** What is to be written now; undefined when nothing is pending. */
  readonly read: () => PendingState | undefined;
  readonly put: (state: PendingState) => Promise<void>;
  readonly remove: () => Promise<void>;
  readonly after: (delayMs: number, callback: () => void) => void;
  readonly onState: () => void;
}

/**
 * Keeps one document's pending changes written down: one write at a time, the next carries all that came since. [J2]
 * Counting what has changed against what is written tells whether everything typed is kept.
 */
export class JournalWriter implements Keeper {
  readonly #options: JournalWriterOptions;
  #changed = 0;
  #kept = 0;
  #problem: JournalProblem | undefined;
  #isWriting = false;
  #isScheduled = false;
  /** Whether there may be anything on the disk. */
  #isThere: boolean;
  #waiting: { readonly change: number; readonly callback: () => void }[] = [];
  #idle: (() => void)[] = [];

  /** @param isThere something was found on the disk already */
  constructor(options: JournalWriterOptions, isThere = false) {
    this.#options = options;
    this.#isThere = isThere;
  }

  /** Everything that was typed is on the disk, or with the server. */
  get isKept(): boolean {
    return this.#kept === this.#changed;
  }

  /** Why what is pending is not kept; undefined while there is hope. */
  get problem(): JournalProblem | undefined {
    return this.#problem;
  }

  readonly changed = (): void => {
    this.#changed += 1;
    this.#schedule(patienceMs);
  };

  readonly ahead = (callback: () => void): void => {
    this.#changed += 1;
    // What cannot be kept is sent all the same.
    if (this.#problem) callback();
    else this.#waiting.push({ change: this.#changed, callback });
    void this.#write();
  };

  /** Resolves once nothing is being written, and what could be is. */
  async flush(): Promise<void> {
    void this.#write();
    if (this.#isWriting) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #schedule(delayMs: number): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.after(delayMs, () => {
      this.#isScheduled = false;
      void this.#write();
    });
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    while (this.#kept !== this.#changed && (await this.#writeOnce()));
    this.#isWriting = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Whether it succeeded. */
  async #writeOnce(): Promise<boolean> {
    const change = this.#changed;
    const state = this.#options.read();
    try {
      if (state) {
        this.#isThere = true;
        await this.#inTime(this.#options.put(state));
      } else if (this.#isThere) {
        await this.#inTime(this.#options.remove());
        this.#isThere = false;
      }
      this.#kept = change;
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error instanceof JournalError ? error.code : "unavailable";
      // An older state must not be sent again beside what goes out now.
      if (this.#waiting.length > 0) await this.#options.remove().catch(() => {});
      this.#schedule(retryMs);
    }
    const isFailing = this.#problem !== undefined;
    const due = this.#waiting.filter((one) => isFailing || one.change <= this.#kept);
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { callback } of due) callback();
    this.#options.onState();
    return !isFailing;
  }

  async #inTime(write: Promise<void>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#options.after(longestWriteMs, () => reject(new JournalError("unavailable")));
      write.then(resolve, reject);
    });
  }
}
