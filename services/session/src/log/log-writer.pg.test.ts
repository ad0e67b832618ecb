import { randomUUID } from "node:crypto";
import type { NewEvent, SessionEvent } from "@greenroom/shared/log/event.ts";
import { createDatabase, type Database, migrate } from "@greenroom/shared/node/database.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { createMetrics } from "@greenroom/shared/node/metrics.ts";
import { createTestDatabase, type TestDatabase } from "@greenroom/shared/testing/postgres.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrations } from "../db/migrations.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { SessionMetrics } from "../metrics.ts";
import { createSession, endSession, raiseEpoch } from "../session/session-repository.ts";
import { eventually } from "../testing/eventually.ts";
import { readHead } from "./log-store.ts";
import { LogWriter } from "./log-writer.ts";
import { NotAppendedError, type RoomLog } from "./room-log.ts";
import { verifyLog } from "./verify-log.ts";

let database: TestDatabase;
let db: Database<SessionDatabase>;
let writer: LogWriter;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase(database.url, createLogger("test", "fatal"));
  await migrate(db, migrations);
  writer = new LogWriter({ db, metrics: new SessionMetrics(createMetrics()) });
});
afterAll(async () => {
  await db.destroy();
  await database.close();
});

/** A session as a process takes it, and what the room is told. */
interface Taken {
  readonly sessionId: string;
  readonly log: RoomLog;
  readonly told: SessionEvent[];
  readonly failures: unknown[];
}

const ada = { userId: randomUUID(), name: "Ada" };

async function makeSession(): Promise<string> {
  return (await createSession(db, { title: "Interview", language: "python", createdBy: ada })).id;
}

async function take(sessionId: string): Promise<Taken> {
  const row = await raiseEpoch(db, sessionId);
  if (!row) throw new Error("There is no such session.");
  const told: SessionEvent[] = [];
  const failures: unknown[] = [];
  const owner = {
    onTaken: () => undefined,
    onCommitted: (events: readonly SessionEvent[]) => void told.push(...events),
    onFailure: (error: unknown) => void failures.push(error),
  };
  const log = writer.open({ sessionId, epoch: row.epoch }, await readHead(db, row), owner);
  return { sessionId, log, told, failures };
}

const say = (text: string): NewEvent => ({
  kind: "chat",
  participantId: ada.userId,
  body: { messageId: randomUUID(), text },
});
const wordsOf = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.kind === "chat" ? [event.body.text] : []));

async function storedWords(sessionId: string): Promise<string[]> {
  const verified = await verifyLog(db, sessionId);
  if (!verified.ok) throw new Error(verified.why);
  return verified.state.chat.map(({ text }) => text);
}

async function waitsForLock(): Promise<boolean> {
  const { rows } = await sql<{ waits: boolean }>`
    select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waits
    `.execute(db);
  return rows[0]?.waits ?? false;
}

it("[L4] many rooms commit together, each in its order; one that was taken by another process fails alone", async () => {
  const rooms = await Promise.all(Array.from({ length: 20 }, async () => take(await makeSession())));
  const zombie = rooms[7]!;
  const heir = await take(zombie.sessionId);
  const texts = Array.from({ length: 30 }, (_, index) => `Message ${index}`);
  for (const text of texts) for (const { log } of [...rooms, heir]) log.push(say(text));
  await Promise.all([...rooms, heir].map(({ log }) => log.quiet()));
  for (const room of [...rooms, heir].filter((one) => one !== zombie)) {
    expect(room.failures).toEqual([]);
    expect(wordsOf(room.told)).toEqual(texts);
    expect(await storedWords(room.sessionId)).toEqual(texts);
  }
  expect(zombie.told).toEqual([]);
  expect(zombie.failures).toMatchObject([{ code: "fenced" }]);
  await expect(zombie.log.append([say("late")])).rejects.toMatchObject({ code: "fenced" });
});

it("[L4] a commit waits for a room that is being taken, and then writes all others' events but that room's", async () => {
  const [lost, ...kept] = await Promise.all([1, 2, 3].map(async () => take(await makeSession())));
  const rooms = [lost!, ...kept];
  await db.transaction().execute(async (transaction) => {
    await raiseEpoch(transaction, lost!.sessionId);
    for (const { log } of rooms) log.push(say("Hello"));
    await eventually(() => waitsForLock()).toBe(true);
    expect(rooms.flatMap(({ told, failures }) => [...told, ...failures])).toEqual([]);
  });
  await Promise.all(rooms.map(({ log }) => log.quiet()));
  expect(lost!.failures).toMatchObject([{ code: "fenced" }]);
  expect(await storedWords(lost!.sessionId)).toEqual([]);
  for (const { sessionId, told } of kept) {
    expect(wordsOf(told)).toEqual(["Hello"]);
    expect(await storedWords(sessionId)).toEqual(["Hello"]);
  }
});

it("[L4] what Postgres refuses in one room's events holds up none of the others", async () => {
  const [bad, ...good] = await Promise.all([1, 2, 3].map(async () => take(await makeSession())));
  const operation = { documentId: randomUUID(), revision: 1, clientId: randomUUID(), seq: 1 };
  const event: NewEvent = { kind: "operation", participantId: ada.userId, ...operation, body: { operation: ["x"] } };
  bad!.log.push(event);
  bad!.log.push({ ...event, clientId: randomUUID() }); // the same revision twice
  for (const { log } of good) log.push(say("Hello"));
  await Promise.all([bad!, ...good].map(({ log }) => log.quiet()));
  expect(bad!.failures).toHaveLength(1);
  for (const room of good) expect(await storedWords(room.sessionId)).toEqual(["Hello"]);
});

it("[L4] an event whose further rows cannot be is not appended, and the log goes on without it", async () => {
  const { sessionId, log, told, failures } = await take(await makeSession());
  log.push(say("before"));
  const refused = log.append([say("never")], async () => {
    throw new NotAppendedError("Not so.");
  });
  const alongside = log.append([say("with a row")], async (transaction) => {
    await transaction.updateTable("session").set({ title: "Changed" }).where("id", "=", sessionId).execute();
  });
  log.push(say("after"));
  await expect(refused).rejects.toThrow("Not so.");
  await alongside;
  await log.quiet();
  expect(failures).toEqual([]);
  expect(wordsOf(told)).toEqual(["before", "with a row", "after"]);
  expect(await storedWords(sessionId)).toEqual(["before", "with a row", "after"]);
  const { title } = await db
    .selectFrom("session")
    .select("title")
    .where("id", "=", sessionId)
    .executeTakeFirstOrThrow();
  expect(title).toBe("Changed");
});

it("[L4] a session that is ended while its room writes has its end as the last event, and nothing is told that is not there", async () => {
  const { sessionId, log, told, failures } = await take(await makeSession());
  let written = 0;
  const writing = setInterval(() => log.push(say(`Message ${(written += 1)}`)), 1);
  await eventually(() => told.length > 20).toBe(true);
  await endSession(db, sessionId, ada.userId);
  await eventually(() => failures.length).toBe(1);
  clearInterval(writing);
  const verified = await verifyLog(db, sessionId);
  if (!verified.ok) throw new Error(verified.why);
  expect(verified.state.phase).toBe("ended");
  expect(verified.state.chat.map(({ text }) => text)).toEqual(wordsOf(told));
  expect((await endSession(db, sessionId, ada.userId)).log_number).toBe(verified.events);
});

it("[L2] instants never go back, whatever the clock does", async () => {
  const sessionId = await makeSession();
  await db
    .updateTable("event")
    .set({ at: Date.now() + 60_000 })
    .where("session_id", "=", sessionId)
    .execute();
  const { log, told } = await take(sessionId);
  await log.append([say("from the past")]);
  expect(told[0]?.at).toBeGreaterThan(Date.now() + 50_000);
});
