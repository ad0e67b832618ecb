import { Client } from "pg";
import { expect, it } from "vitest";

import { createTestDatabase } from "./postgres.ts";

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const migrate = async (url: string) => void (await query(url, "CREATE TABLE fruit (name text)"));

it("gives every caller a migrated database that nobody else writes to", async () => {
  const [one, two] = await Promise.all([createTestDatabase(migrate), createTestDatabase(migrate)]);
  await query(one.url, "INSERT INTO fruit VALUES ('plum')");
  expect(await query(one.url, "SELECT name FROM fruit")).toEqual([{ name: "plum" }]);
  expect(await query(two.url, "SELECT name FROM fruit")).toEqual([]);
  await Promise.all([one.close(), two.close()]);
});

it("drops the database when it is closed, though somebody is connected", async () => {
  const database = await createTestDatabase(migrate);
  const client = new Client({ connectionString: database.url });
  const lost = new Promise((resolve) => client.on("error", resolve));
  await client.connect();
  await database.close();
  await lost;
  await expect(query(database.url, "SELECT 1")).rejects.toMatchObject({ code: "3D000" });
});
