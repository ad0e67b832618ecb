import type { UpFrame } from "@greenroom/shared/protocol/up.ts";

export interface WhereaboutsOptions {
  readonly send: (frame: UpFrame) => boolean;
  /** Nothing is told of an ended interview. */
  readonly isLive: () => boolean;
}

/** Whoever leafs through files has told where they stopped after this long, in milliseconds. */
const settleMs = 120;

/** Tells the room what this page shows, and whether it is in sight. [P4] */
export class Whereabouts {
  readonly #options: WhereaboutsOptions;
  #listeners = new AbortController();
  #documentId: string | undefined;
  /** As the server has it. */
  #told: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WhereaboutsOptions) {
    this.#options = options;
  }

  open(): void {
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    document.addEventListener("visibilitychange", () => this.#tellSight(document.hidden), { signal });
  }

  looksAt(documentId: string): void {
    this.#documentId = documentId;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, settleMs);
  }

  /** The socket is new: the server takes its page for one in sight. */
  connected(viewing: string | null): void {
    this.#told = viewing;
    this.#tell();
    if (document.hidden) this.#tellSight(true);
  }

  /** @param characters code points [P5] */
  pasted(documentId: string, characters: number): void {
    if (characters > 0 && this.#options.isLive()) this.#options.send({ type: "paste", documentId, characters });
  }

  close(): void {
    this.#listeners.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tell(): void {
    const documentId = this.#documentId;
    if (documentId === undefined || documentId === this.#told || !this.#options.isLive()) return;
    if (this.#options.send({ type: "view", documentId })) this.#told = documentId;
  }

  #tellSight(away: boolean): void {
    if (this.#options.isLive()) this.#options.send({ type: "tab", away });
  }
}
