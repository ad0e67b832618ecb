import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { createTestDatabase } from "../testing/postgres.ts";
import { createDatabase } from "./database.ts";
import { createLogger } from "./logger.ts";

it("survives a connection that breaks while it is held, between two statements", async () => {
  const testDatabase = await createTestDatabase(async () => undefined);
  onTestFinished(() => testDatabase.close());
  const database = createDatabase(testDatabase.url, createLogger("test", "silent"));
  onTestFinished(() => database.destroy());
  const broken = database.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    await sql`select pg_terminate_backend(${rows[0]?.pid}, 5000)`.execute(database);
    await sql`select 1`.execute(trx);
  });
  await expect(broken).rejects.toThrow();
  expect((await sql<{ one: number }>`select 1 as one`.execute(database)).rows).toEqual([{ one: 1 }]);
});
