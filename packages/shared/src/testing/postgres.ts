import { randomBytes } from "node:crypto";

import { Client } from "pg";

import { sharedPostgresUrl } from "./shared-postgres.ts";

export interface TestDatabase {
  /** A connection URL of the database's superuser. */
  readonly url: string;
  readonly name: string;
  /** Drops the database, connections and all. Idempotent. */
  close(): Promise<void>;
}

export type Migrate = (url: string) => Promise<void>;

// By migration: each test file (a process of its own) migrates one template, and every database after is a quick copy.
const templates = new Map<Migrate | undefined, Promise<string>>();

async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function makeTemplate(serverUrl: string, migrate: Migrate | undefined): Promise<string> {
  const name = `template_${randomBytes(8).toString("hex")}`;
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  await migrate?.(urlOf(serverUrl, name));
  return name;
}

/**
 * A fresh database on the shared test Postgres, cloned from a template that `migrate` filled once for this test file.
 * `migrate` must have closed its connections when it resolves: a database in use cannot be a template.
 */
export async function createTestDatabase(migrate?: Migrate): Promise<TestDatabase> {
  const serverUrl = await sharedPostgresUrl();
  const template = templates.get(migrate) ?? makeTemplate(serverUrl, migrate);
  templates.set(migrate, template);
  const from = await template;
  const name = `test_${randomBytes(8).toString("hex")}`;
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${from}`));
  const drop = () => withClient(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  let dropped: Promise<unknown> | undefined;
  return {
    url: urlOf(serverUrl, name),
    name,
    close: async () => {
      await (dropped ??= drop());
    },
  };
}
