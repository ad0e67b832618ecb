import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import { getHistory } from "@greenroom/shared/api/history-routes.ts";
import { call } from "../../../../apps/web/e2e/support/api.ts";
import { TestClient } from "../../../../services/session/src/testing/test-client.ts";
import { percentile, type Row } from "../bench.ts";
import type { PartOptions } from "./documents.ts";
import type { Ground } from "./ground.ts";
import { makeLongSession } from "./long-session.ts";
import { p50, row } from "./measure.ts";

const operations = 200_000;
/** Of a session whose document has a megabyte. */
const operationsInLarge = 6_000;

/** Milliseconds from asking for a document to having its text, and from opening the socket to that. */
interface Opening {
  readonly document: number;
  readonly withRoom: number;
}

/** Opens a session's document in a process that has just been started, and knows nothing of it. */
async function openOnce(ground: Ground, sessionId: string, others: readonly string[]): Promise<Opening> {
  const { house } = ground;
  house.stack.kill("session", "SIGTERM");
  await house.stack.restarted("session");
  const token = await house.administratorToken();
  // Other rooms first: code that has never run is no part of a long document.
  for (const other of others) await openDocument(house.url, other, token);
  return await openDocument(house.url, sessionId, token);
}

async function openDocument(url: string, sessionId: string, token: string): Promise<Opening> {
  const start = performance.now();
  const client = new TestClient({ url, sessionId, token });
  const { session } = await client.next("welcome");
  const asked = performance.now();
  await client.openDocument(session.documentId);
  const end = performance.now();
  await client.close();
  return { document: end - asked, withRoom: end - start };
}

/** A document of 200,000 operations, of which Postgres has every one, in a room that is not open. */
export async function measureLong(ground: Ground, { quick, note }: PartOptions): Promise<Row[]> {
  note(`a session of ${operations} operations is made`);
  const sessionId = await makeLongSession(ground, { operations, text: "small" });
  const short = await Promise.all(Array.from({ length: 5 }, () => ground.house.createSession()));
  const openings: Opening[] = [];
  for (let round = 0; round < (quick ? 2 : 7); round++) openings.push(await openOnce(ground, sessionId, short));
  const ours = p50(openings.map(({ document }) => document));
  const withRoom = p50(openings.map((opening) => opening.withRoom));
  const others = { "with its room and socket": withRoom };
  return [
    row({ id: "open-long", unit: "ms", ours, others, target: { atMost: 50 } }),
    ...(await measureStateAt(ground, sessionId, { quick, note })),
  ];
}

/** What the room showed after any event of a session of 200,000, over HTTP. */
async function measureStateAt(ground: Ground, sessionId: string, { quick, note }: PartOptions): Promise<Row[]> {
  const rounds = quick ? 20 : 100;
  const times = await askStates(ground, { sessionId, events: operations, rounds });
  note("a session with a megabyte of text is made");
  const large = await makeLongSession(ground, { operations: operationsInLarge, text: "large" });
  const timesOfLarge = await askStates(ground, { sessionId: large, events: operationsInLarge, rounds: rounds / 2 });
  const others = { p50: p50(times), worst: Math.max(...times), "p95 with 1 MB of text": percentile(timesOfLarge, 95) };
  return [row({ id: "state-at", unit: "ms, p95", ours: percentile(times, 95), others, target: { atMost: 100 } })];
}

/** @returns milliseconds of each answer */
async function askStates(
  { house }: Ground,
  { sessionId, events, rounds }: { sessionId: string; events: number; rounds: number },
): Promise<number[]> {
  const random = randomFrom(1);
  const token = await house.administratorToken();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const number = 1 + Math.floor(random() * events);
    const start = performance.now();
    const { status } = await call(house.url, getHistory, { params: { sessionId }, query: { number }, token });
    if (status !== 200) throw new Error(`The state after event ${number} is answered with ${status}.`);
    times.push(performance.now() - start);
  }
  return times;
}
