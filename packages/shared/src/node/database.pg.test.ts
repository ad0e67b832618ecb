import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { createTestDatabase } from "../testing/postgres.ts";
import { createDatabase, prepared } from "./database.ts";
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

it("prepares a statement that asks for it once a connection, and no other", async () => {
  const testDatabase = await createTestDatabase(async () => undefined);
  onTestFinished(() => testDatabase.close());
  const database = createDatabase(testDatabase.url, createLogger("test", "silent"), 1);
  onTestFinished(() => database.destroy());
  const sum = async (a: number, b: number): Promise<unknown> =>
    (await sql`${sql.raw(prepared)} select ${a}::int + ${b}::int as sum`.execute(database)).rows;
  expect(await sum(1, 2)).toEqual([{ sum: 3 }]);
  expect(await sum(3, 4)).toEqual([{ sum: 7 }]);
  const known = await sql`select statement from pg_prepared_statements`.execute(database);
  expect(known.rows).toEqual([{ statement: `${prepared} select $1::int + $2::int as sum` }]);
  await expect(sql`${sql.raw(prepared)} select ${1}::int / 0`.execute(database)).rejects.toThrow("division by zero");
  expect(await sum(5, 6)).toEqual([{ sum: 11 }]);
});
