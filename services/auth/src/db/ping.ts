import type { Database } from "@greenroom/shared/node/database.ts";
import { sql } from "kysely";
import type { Schema } from "./schema.ts";

/** Rejects when the database does not answer. */
export async function pingDatabase(database: Database<Schema>): Promise<void> {
  await sql`SELECT 1`.execute(database);
}
