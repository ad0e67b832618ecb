import { type Kysely, sql } from "kysely";

/** A run takes all files of its project: those besides its source, as { name, content }. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table run add column files jsonb not null default '[]'`.execute(db);
}
