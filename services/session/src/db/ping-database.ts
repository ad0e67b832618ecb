import type { Database } from "@greenroom/shared/node/database.ts";
import { sql } from "kysely";

/** Throws when the database does not answer. */
export async function pingDatabase<Schema>(db: Database<Schema>): Promise<void> {
  await sql`select 1`.execute(db);
}
