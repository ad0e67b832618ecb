import type { types } from "mediasoup-client";
import { type Arrived, arrivedOver, isSame } from "./path.ts";

/** The service says something four times a second. [V10] How long its words are apart before it is known, in milliseconds. */
const firstGapMs = 500;
/** A busy machine or network makes the gaps uneven: what the longest one was is forgotten by this share with each word. */
const forgotten = 0.07;
const longestGapMs = 1500;
/** To be sure at least one word more must not have come, and nothing else either, in milliseconds. */
const sureAtLeastMs = 350;

export interface PulseOptions {
  /** Resolves when the service has answered over the socket. */
  readonly ask: () => Promise<unknown>;
  /** Not again before something has come. */
  readonly onLost: (lost: Lost) => void;
}

export interface Lost {
  /** It has answered over the socket meanwhile. */
  readonly isServiceThere: boolean;
  /** For how long anything else may be waited for, as uneven as all is here, in milliseconds. */
  readonly patienceMs: number;
}

/**
 * Whether anything comes through: browsers need five seconds and more to see that nothing does any more, because until
 * then a packet may only have been lost. Words are listened to, and packets counted only where they fail to come.
 */
export class Pulse {
  readonly #transport: types.Transport;
  readonly #options: PulseOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #words = 0;
  #heardAt: number | undefined;
  #longestGapMs = firstGapMs;
  #isChecking = false;
  /** What had come by the time that was told last, as long as nothing has come since. */
  #lostWith: Arrived | undefined;

  constructor(transport: types.Transport, options: PulseOptions) {
    this.#transport = transport;
    this.#options = options;
    transport.observer.on("close", () => clearTimeout(this.#timer));
  }

  heard(): void {
    if (this.#transport.closed) return;
    this.#words += 1;
    this.#lostWith = undefined;
    const now = performance.now();
    const gap = this.#heardAt === undefined ? 0 : Math.min(now - this.#heardAt, longestGapMs);
    this.#longestGapMs = Math.max(gap, this.#longestGapMs * (1 - forgotten));
    this.#heardAt = now;
    this.#checkAfter(this.#quietMs);
  }

  /** So long without a word is not of the service's making. */
  get #quietMs(): number {
    return 1.5 * this.#longestGapMs + 150;
  }

  /** Something has changed: it is looked at now. */
  check(): void {
    if (this.#words > 0) void this.#check();
  }

  #checkAfter(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), ms);
  }

  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    let isServiceThere = false;
    this.#options.ask().then(
      () => (isServiceThere = true),
      () => {},
    );
    const patienceMs = Math.max(sureAtLeastMs, 0.6 * this.#quietMs);
    try {
      const words = this.#words;
      const before = await arrivedOver(this.#transport);
      await new Promise((resolve) => setTimeout(resolve, patienceMs));
      const after = await arrivedOver(this.#transport);
      if (this.#transport.closed || this.#words !== words) return;
      // A service that is held up says nothing, while its Worker passes everything on; and words that were lost on their
      // way are sent again after seconds, when all else has come for long.
      this.#checkAfter(this.#quietMs);
      if (!isSame(before, after)) return;
      if (this.#lostWith && isSame(this.#lostWith, after)) return;
      this.#lostWith = after;
      this.#heardAt = undefined;
      this.#options.onLost({ isServiceThere, patienceMs });
    } finally {
      this.#isChecking = false;
    }
  }
}
