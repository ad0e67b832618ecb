import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { stateAt } from "./history-store.ts";

/** Sessions that may wait for theirs; more of them would be made by whoever asks for their history. */
const waitingAtMost = 1_000;

/** Makes the snapshots that history needs, one session after another, while nobody waits for them. */
export class StateSnapshots {
  readonly #db: Database<SessionDatabase>;
  readonly #logger: Logger;
  /** By session: up to which event. */
  readonly #wanted = new Map<string, number>();
  #making: Promise<void> | undefined;
  #closed = false;

  constructor(options: { db: Database<SessionDatabase>; logger: Logger }) {
    this.#db = options.db;
    this.#logger = options.logger;
  }

  /** A session's log has grown so far. */
  want(sessionId: string, number: number): void {
    if (this.#closed || this.#wanted.size >= waitingAtMost) return;
    this.#wanted.set(sessionId, number);
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
  }

  async #make(): Promise<void> {
    for (const [sessionId, number] of this.#wanted) {
      if (this.#closed) return;
      this.#wanted.delete(sessionId);
      await stateAt(this.#db, sessionId, number).catch((error: unknown) => {
        this.#logger.warn({ err: error, sessionId }, "A snapshot could not be made; the log has all of it");
      });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#making;
  }
}
