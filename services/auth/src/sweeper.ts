import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Schema } from "./db/schema.ts";
import { deleteEndedFamilies } from "./refresh-token-repository.ts";

const everyMs = 3_600_000;

/** Removes refresh tokens that are too old to be used, at the start and every hour. */
export class Sweeper {
  readonly #timer: NodeJS.Timeout;

  private constructor(timer: NodeJS.Timeout) {
    this.#timer = timer;
  }

  static create(database: Database<Schema>, logger: Logger): Sweeper {
    const sweep = async () => {
      try {
        const logIns = await deleteEndedFamilies(database, Date.now());
        if (logIns > 0) logger.info({ logIns }, "Old refresh tokens removed");
      } catch (error) {
        logger.warn({ err: error }, "Old refresh tokens could not be removed");
      }
    };
    void sweep();
    return new Sweeper(setInterval(() => void sweep(), everyMs).unref());
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
