import { hash } from "node:crypto";
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
  pool.on("connect", (client) => {
    client.on("error", () => undefined);
    prepareMarked(client);
  });
  pool.on("error", (error) => logger.warn({ err: error.message }, "A database connection broke"));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * A statement whose text begins with this is parsed and planned once a connection, not every time: for a short one that
 * is most of what it costs. Its text must be one of few, and it names its columns: what `*` gives back is not looked at
 * again when a migration changes it.
 */
export const prepared = "/* prepared */";

const preparedNames = new Map<string, string>();

function nameOf(text: string): string {
  const name = preparedNames.get(text) ?? hash("sha256", text).slice(0, 32);
  preparedNames.set(text, name);
  return name;
}

/** Kysely gives statements no names, and pg prepares only those that have one. */
function prepareMarked(client: pg.PoolClient): void {
  // The overload that Kysely calls, and the pool itself with a callback: a text, and its values.
  const query = client.query.bind(client) as (text: unknown, ...rest: unknown[]) => unknown;
  Object.assign(client, {
    query: (text: unknown, ...rest: unknown[]): unknown => {
      if (typeof text !== "string" || !text.startsWith(prepared)) return query(text, ...rest);
      const [values, ...callback] = rest;
      return query({ name: nameOf(text), text, values }, ...callback);
    },
  });
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
