import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { SessionDatabase } from "../db/schema.ts";
import type { RoomRegistry } from "../room/room-registry.ts";
import { listSessionsOfForgottenRuns } from "./run-repository.ts";

/** How often they are looked for, and how old a run has to be: the room that started it has all the time it needs. */
const lookEveryMs = 5_000;
const olderThanMs = 10_000;
const atMost = 200;

/**
 * Runs that have not ended and whose room nobody has open: their process died before it added the job, or before it
 * wrote down the end. Opening the room takes them up, as it does for somebody who comes in; it closes when all is done.
 */
export class ForgottenRuns {
  readonly #db: Database<SessionDatabase>;
  readonly #registry: RoomRegistry;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  static create(options: { db: Database<SessionDatabase>; registry: RoomRegistry; logger: Logger }): ForgottenRuns {
    return new ForgottenRuns(options);
  }

  private constructor(options: { db: Database<SessionDatabase>; registry: RoomRegistry; logger: Logger }) {
    this.#db = options.db;
    this.#registry = options.registry;
    this.#logger = options.logger;
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.look());
    }, lookEveryMs);
  }

  /** Never rejects. */
  async look(): Promise<void> {
    if (this.#closed) return;
    try {
      const before = new Date(Date.now() - olderThanMs);
      const open = this.#registry.rooms().map(({ sessionId }) => sessionId);
      const sessions = await listSessionsOfForgottenRuns(this.#db, { before, open, limit: atMost });
      for (const sessionId of sessions) if (!this.#closed) await this.#takeUp(sessionId);
    } catch (error) {
      this.#logger.warn({ err: error }, "Forgotten runs could not be looked for");
    }
  }

  /** Another process may have the room, and then it has the run as well. */
  async #takeUp(sessionId: string): Promise<void> {
    const room = await this.#registry.open(sessionId).catch(() => undefined);
    if (room) this.#logger.info({ sessionId }, "A forgotten run is taken up");
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#looking;
  }
}
