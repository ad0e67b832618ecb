import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { JudgeDatabase } from "../db/schema.ts";
import { deleteEndedRuns, listGoingOn } from "../run-repository.ts";
import { toFacts } from "./run-facts.ts";
import type { Runs } from "./runs.ts";

/** How often forgotten runs are looked for, how old one has to be, and how many are looked at. */
const lookEveryMs = 5_000;
const olderThanMs = 10_000;
const looksAtOnce = 200;

const dayMs = 86_400_000;
const removeEveryMs = 600_000;
const removedAtOnce = 500;

/**
 * Looks after rows that nobody may be following: their process died before it added the job, or before it wrote down the
 * end. Any process may do it, for both can be done twice. And removes the rows that have been kept long enough.
 */
export class ForgottenRuns {
  readonly #options: { db: Database<JudgeDatabase>; runs: Runs; keptDays: number; logger: Logger };
  readonly #timers: NodeJS.Timeout[];
  #working: Promise<void> = Promise.resolve();
  #closed = false;

  static create(options: { db: Database<JudgeDatabase>; runs: Runs; keptDays: number; logger: Logger }): ForgottenRuns {
    return new ForgottenRuns(options);
  }

  private constructor(options: { db: Database<JudgeDatabase>; runs: Runs; keptDays: number; logger: Logger }) {
    this.#options = options;
    const work = (what: () => Promise<void>) => () => {
      this.#working = this.#working.then(what);
    };
    const remove = work(() => this.removeOld());
    remove();
    this.#timers = [
      setInterval(
        work(() => this.look()),
        lookEveryMs,
      ),
      setInterval(remove, removeEveryMs),
    ];
  }

  /** Never rejects. */
  async look(olderThan = olderThanMs): Promise<void> {
    const { db, runs, logger } = this.#options;
    try {
      if (this.#closed) return;
      const rows = await listGoingOn(db, Date.now() - olderThan, looksAtOnce);
      for (const row of rows) if (!this.#closed) await runs.look(toFacts(row));
    } catch (error) {
      logger.warn({ err: error }, "Forgotten runs could not be looked for");
    }
  }

  /** Never rejects. */
  async removeOld(): Promise<void> {
    const { db, keptDays, logger } = this.#options;
    try {
      let removed = removedAtOnce;
      while (removed === removedAtOnce && !this.#closed)
        removed = await deleteEndedRuns(db, Date.now() - keptDays * dayMs, removedAtOnce);
    } catch (error) {
      logger.warn({ err: error }, "Old runs could not be removed");
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#working;
  }
}
