import { Kysely, PostgresDialect, type Transaction } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import pg from "pg";
import type { Logger } from "./logger.ts";

export type Database<Schema> = Kysely<Schema>;
export type { Transaction };

/** Timestamped names to migrations, listed by hand, never edited after they have landed. */
export type Migrations = Readonly<Record<string, Migration>>;

/** @param connections how many at the most */
export function createDatabase<Schema>(url: string, logger: Logger, connections = 10): Database<Schema> {
  // bigint columns are instants in milliseconds and counts: far below 2^53.
  const types = { getTypeParser: parserFor };
  const pool = new pg.Pool({ connectionString: url, max: connections, types, keepAlive: true });
  // A connection that breaks while somebody holds it says so twice: to them, and as an event that must be heard.
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", (error) => logger.warn({ err: error.message }, "A database connection broke"));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

function parserFor(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8) return Number;
  // pg's own declaration wants the format as one literal per overload.
  return pg.types.getTypeParser(oid, format as "text");
}

/** Brings the schema up to date; Kysely holds an advisory lock, so services that start together do it once. */
export async function migrate<Schema>(database: Database<Schema>, migrations: Migrations): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw new Error("The database could not be migrated.", { cause: error });
}
