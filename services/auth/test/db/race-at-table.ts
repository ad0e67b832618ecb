import { sql } from "kysely";
import { expect, vi } from "vitest";
import type { TestAuth } from "../start-auth.ts";

/**
 * Makes a race certain: nobody can write to a table until all requests wait for it (or for one that does); then
 * all are let go at once. Answers what the requests come to.
 */
export async function raceAtTable<T>(
  auth: TestAuth,
  table: "users" | "refresh_tokens",
  requests: readonly (() => Promise<T>)[],
): Promise<T[]> {
  const running = await auth.database.transaction().execute(async (trx) => {
    await sql`LOCK TABLE ${sql.table(table)} IN SHARE MODE`.execute(trx);
    const answers = Promise.all(requests.map((request) => request()));
    // Asked on another connection: within a transaction Postgres answers about activity as it was when first asked.
    await vi.waitFor(
      async () => {
        const waiting = await sql`
          SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
        `.execute(auth.database);
        expect(waiting.rows).toHaveLength(requests.length);
      },
      { timeout: 10_000 },
    );
    // In an object: a promise returned as it is would be awaited here, where it cannot end.
    return { answers };
  });
  return running.answers;
}
