import { setImmediate } from "node:timers/promises";
import { Folding } from "@greenroom/shared/log/reduce.ts";
import { emptyState, type SessionState } from "@greenroom/shared/log/state.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import { sql } from "kysely";
import type { SessionDatabase } from "../db/schema.ts";
import { readWeighedEvents } from "./log-store.ts";

/** Events folded without a pause. */
const foldAtOnce = 100;

type Db = Database<SessionDatabase>;

/** Events folded from a snapshot at the most, but where snapshots would weigh too much beside what happened between them. */
const snapshotEvery = 500;
const snapshotAtLatest = 2_000;
/** How many times heavier than the events behind it a snapshot may be. */
const snapshotWeight = 32;

/**
 * What a session's log comes to at one of its events: the nearest snapshot before it, and what happened since. Snapshots
 * that are missing on the way are made: they cost the first who asks, and nobody after.
 *
 * @param number of an event, or 0
 */
export async function stateAt(db: Db, sessionId: string, number: number): Promise<SessionState> {
  const folding = new Folding(await nearestSnapshot(db, sessionId, number));
  let since = { events: 0, characters: 0 };
  while (folding.number < number) {
    const upTo = Math.min(number, folding.number + snapshotEvery);
    const page = await readWeighedEvents(db, sessionId, { after: folding.number, upTo });
    if (page.events.length === 0) throw new Error(`The log of session ${sessionId} ends before event ${number}.`);
    for (const [index, event] of page.events.entries()) {
      folding.take(event);
      // Live rooms have one thread with this: a millisecond of theirs at a time.
      if (index % foldAtOnce === foldAtOnce - 1) await setImmediate();
    }
    since = { events: since.events + page.events.length, characters: since.characters + page.characters };
    if (since.events >= snapshotEvery && (await saveSnapshot(db, sessionId, { state: folding.state, since })))
      since = { events: 0, characters: 0 };
  }
  return folding.state;
}

async function nearestSnapshot(db: Db, sessionId: string, number: number): Promise<SessionState> {
  const row = await db
    .selectFrom("state_snapshot")
    .select("state")
    .where("session_id", "=", sessionId)
    .where("number", "<=", number)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ? (JSON.parse(row.state) as SessionState) : emptyState; // written below
}

/** @returns false when it would weigh too much yet */
async function saveSnapshot(
  db: Db,
  sessionId: string,
  { state, since }: { state: SessionState; since: { events: number; characters: number } },
): Promise<boolean> {
  const text = JSON.stringify(state);
  if (text.length > since.characters * snapshotWeight && since.events < snapshotAtLatest) return false;
  await db
    .insertInto("state_snapshot")
    .values({ session_id: sessionId, number: state.number, state: text })
    .onConflict((same) => same.doNothing())
    .execute();
  return true;
}

/** The newest event at an instant or before it, 0 for none. Instants grow with numbers: it is looked for by halves. */
export async function numberAt(db: Db, sessionId: string, at: number): Promise<number> {
  const found = await sql<{ low: number }>`
    with recursive search (low, high) as (
      select 0, log_number from session where id = ${sessionId}
      union all
      select case when event.at <= ${at} then middle else low end, case when event.at <= ${at} then high else middle - 1 end
      from (select low, high, (low + high + 1) / 2 as middle from search where low < high) as half
      join event on event.session_id = ${sessionId} and event.number = middle
    )
    select low from search where low = high`.execute(db);
  return found.rows[0]?.low ?? 0;
}

/** Who typed when: operations by participant in spans of time, counted from an instant. */
export async function countTyping(
  db: Db,
  sessionId: string,
  { from, spanMs }: { from: number; spanMs: number },
): Promise<{ span: number; participantId: string; operations: number }[]> {
  const counted = await sql<{ span: number; participantId: string; operations: number }>`
    select ((at - ${from}::bigint) / ${spanMs}::bigint)::integer as span, participant_id as "participantId",
      count(*)::integer as operations
    from event where session_id = ${sessionId} and kind = 'operation' and participant_id is not null
    group by 1, 2 order by 1, 2`.execute(db);
  return counted.rows;
}
