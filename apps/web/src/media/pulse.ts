import type { types } from "mediasoup-client";
import { receivedBytes } from "./path.ts";

/** The service says something four times a second [V10]: so long without a word is not of its making, in milliseconds. */
const quietMs = 550;
/** Then nothing else may come for this long, longer than from one word to the next, in milliseconds. */
const sureMs = 350;

export interface PulseOptions {
  /** Resolves when the service has answered over the socket. */
  readonly ask: () => Promise<unknown>;
  /** Not again before something has been heard. */
  readonly onLost: (lost: { isServiceThere: boolean }) => void;
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
  #isChecking = false;

  constructor(transport: types.Transport, options: PulseOptions) {
    this.#transport = transport;
    this.#options = options;
    transport.observer.on("close", () => clearTimeout(this.#timer));
  }

  heard(): void {
    if (this.#transport.closed) return;
    this.#words += 1;
    this.#checkAfter(quietMs);
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
    try {
      const words = this.#words;
      const before = await this.#received();
      await new Promise((resolve) => setTimeout(resolve, sureMs));
      const after = await this.#received();
      if (this.#transport.closed || this.#words !== words) return;
      // A service that is held up says nothing, while its Worker passes everything on.
      if (after > before) this.#checkAfter(quietMs);
      else this.#options.onLost({ isServiceThere });
    } finally {
      this.#isChecking = false;
    }
  }

  async #received(): Promise<number> {
    return this.#transport.closed ? 0 : receivedBytes(await this.#transport.getStats());
  }
}
