import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import type { SessionDatabase } from "../db/schema.ts";
import type { SessionMetrics } from "../metrics.ts";
import type { Head } from "./chain.ts";
import { commitBatches, type Fence, isRefusedByPostgres } from "./log-store.ts";
import { FencedError, type LogOwner, NotAppendedError, RoomLog, type TakenBatch } from "./room-log.ts";

/** Statements under way at once, of different rooms: while one is being flushed to disk, the next is made. */
const statementsAtOnce = 2;
/** What one statement holds of all rooms together, in UTF-16 units of bodies. */
const charactersInStatement = 4 * 1024 * 1024;

/**
 * Group commit for all rooms of a process: what they have waiting goes to Postgres in one statement, and what comes
 * meanwhile is the next one. A room has one batch under way, so that its events are in order; a room that may not write
 * fails alone.
 */
export class LogWriter {
  readonly #db: Database<SessionDatabase>;
  readonly #metrics: SessionMetrics;
  /** In the order in which they began to wait. */
  readonly #waiting = new Set<RoomLog>();
  #underWay = 0;
  #scheduled = false;

  constructor(options: { db: Database<SessionDatabase>; metrics: SessionMetrics }) {
    this.#db = options.db;
    this.#metrics = options.metrics;
  }

  /** The end of a session's log, for the room that has just been taken. */
  open(fence: Fence, head: Head, owner: LogOwner): RoomLog {
    return new RoomLog({ fence, head, owner, wake: (log) => this.#wake(log) });
  }

  #wake(log: RoomLog): void {
    this.#waiting.add(log);
    this.#schedule();
  }

  /** Begun once all that has arrived by now was read: frames that came together are committed together. */
  #schedule(): void {
    if (this.#scheduled || this.#underWay >= statementsAtOnce) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#begin();
    });
  }

  #begin(): void {
    const together: TakenBatch[] = [];
    let characters = 0;
    for (const log of this.#waiting) {
      if (characters > charactersInStatement) break;
      this.#waiting.delete(log);
      const batch = log.take();
      if (!batch) continue;
      if (batch.alongside) void this.#commitAlone(batch);
      else together.push(batch);
      characters += batch.sealed.reduce((sum, { body }) => sum + body.length, 0);
    }
    if (together.length > 0) void this.#commitTogether(together);
    if (this.#waiting.size > 0) this.#schedule();
  }

  /** Never rejects. */
  async #commitTogether(batches: readonly TakenBatch[]): Promise<void> {
    this.#underWay += 1;
    try {
      const written = await this.#metrics.timeCommit(batches, () => commitBatches(this.#db, batches));
      for (const { log, fence } of batches)
        if (written.has(fence.sessionId)) log.committed();
        else log.failed(new FencedError());
    } catch (error) {
      // Something in one of them is not to be written: the others must not suffer for it.
      if (isRefusedByPostgres(error)) for (const batch of batches) await this.#commitAlone(batch);
      else for (const { log } of batches) log.failed(error);
    } finally {
      this.#underWay -= 1;
      if (this.#waiting.size > 0) this.#schedule();
    }
  }

  /** Never rejects. */
  async #commitAlone(batch: TakenBatch): Promise<void> {
    const { log, alongside } = batch;
    let refusal: unknown;
    const commit = async (transaction: Transaction<SessionDatabase>): Promise<Set<string>> => {
      const written = await commitBatches(transaction, [batch]);
      if (written.size === 0) throw new FencedError();
      await alongside?.(transaction).catch((error: unknown) => {
        if (error instanceof NotAppendedError || isRefusedByPostgres(error)) refusal = error;
        throw error;
      });
      return written;
    };
    try {
      await this.#metrics.timeCommit([batch], () => this.#db.transaction().execute(commit));
    } catch (error) {
      // Undone, and by something that this entry alone brought with it: the log goes on without it.
      if (error === refusal) log.undone(error);
      else log.failed(error);
      return;
    }
    log.committed();
  }
}
