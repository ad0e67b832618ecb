import { type Kysely, sql } from "kysely";

/** Runs that have not ended are looked for every few seconds, among all that ever were. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index run_going_on on run (queued_at) where state <> 'ended'`.execute(db);
}
