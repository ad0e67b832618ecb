import { TokenBucket } from "@greenroom/shared/node/token-bucket.ts";

/** What one participant may ask of a room, over all of their sockets: to connect again brings nothing anew. */
export class Budget {
  /** Weight of operations: far above what is typed and pasted, far below what fills memory and disk. [D6] */
  readonly writing = new TokenBucket({ perSecond: 128 * 1024, burst: 4 * 1024 * 1024 });
  /** Documents opened; each may be answered with megabytes [D1]. Changing the language opens one for everybody [D8], and so does a file [F1]. */
  readonly opening = new TokenBucket({ perSecond: 2, burst: 30 });
  /** Chat. [M1] */
  readonly messages = new TokenBucket({ perSecond: 1, burst: 20 });
  /** Looking at another document, leaving the page and coming back, pasting. [P4, P5] */
  readonly gestures = new TokenBucket({ perSecond: 5, burst: 50 });
}

/** The budgets of everybody who was ever in a room. */
export class Budgets {
  readonly #budgets = new Map<string, Budget>();

  of(participantId: string): Budget {
    const budget = this.#budgets.get(participantId) ?? new Budget();
    this.#budgets.set(participantId, budget);
    return budget;
  }
}
