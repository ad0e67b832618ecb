import type { DownFrame } from "@greenroom/shared/protocol/down.ts";

/** What others write waits this long at most while somebody composes a character, in milliseconds. */
const longestHoldMs = 5000;

/**
 * While an input method composes a character, texts stand still: what others write waits, and all about texts that comes
 * after it. An acknowledgement changes no text and does not wait, unless something before it does.
 */
export class HeldFrames {
  readonly #receive: (frame: DownFrame) => void;
  #frames: DownFrame[] = [];
  #finish: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param receive gets what was held, in order */
  constructor(receive: (frame: DownFrame) => void) {
    this.#receive = receive;
  }

  /** From now on until `release`. When something has waited for long, `finish` is called to end the composing. */
  hold(finish: () => void): void {
    this.#finish = finish;
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#finish = undefined;
    for (const frame of this.#frames.splice(0)) this.#receive(frame);
  }

  /** Whether a frame that came just now was kept. */
  keeps(frame: DownFrame): boolean {
    const finish = this.#finish;
    if (!finish || !isAboutText(frame)) return false;
    const changesText = frame.type === "document.operations" || frame.type === "document.snapshot";
    if (this.#frames.length === 0 && !changesText) return false;
    this.#frames.push(frame);
    this.#timer ??= setTimeout(() => {
      finish();
      this.release();
    }, longestHoldMs);
    return true;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#finish = undefined;
    this.#frames = [];
  }
}

function isAboutText(frame: DownFrame): boolean {
  return frame.type.startsWith("document.") || frame.type.startsWith("operation.") || frame.type === "presence";
}
