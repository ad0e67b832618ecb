import type { Database } from "@greenroom/shared/node/database.ts";
import { sql } from "kysely";
import type { JudgeDatabase } from "./schema.ts";

/** Rejects when the database does not answer. */
export async function pingDatabase(db: Database<JudgeDatabase>): Promise<void> {
  await sql`select 1`.execute(db);
}
