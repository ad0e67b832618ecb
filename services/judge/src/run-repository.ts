import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import { sql } from "kysely";
import type { JudgeDatabase, RunRow } from "./db/schema.ts";
import type { RunEnd, RunFacts } from "./run/run-facts.ts";

type Db = Database<JudgeDatabase>;

/** @returns false when there is a run with this id already */
export async function insertRun(db: Db, run: RunFacts): Promise<boolean> {
  const result = await db
    .insertInto("run")
    .values({
      id: run.runId,
      key_id: run.keyId,
      counted_in: run.countedIn,
      trust_domain: run.trustDomain,
      language: run.program.language,
      program: JSON.stringify(run.program),
      task: JSON.stringify(run.task),
      limits: JSON.stringify(run.limits),
      priority: run.priority,
      created_at: run.createdAt,
      callback_url: run.callback?.url ?? null,
      callback_secret: run.callback?.secret ?? null,
      callback_state: run.callback ? "waiting" : null,
      callback_attempts: 0,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Takes back a run whose job could not be added. */
export async function deleteRun(db: Db, runId: string): Promise<void> {
  await db.deleteFrom("run").where("id", "=", runId).where("ended_at", "is", null).execute();
}

/** A run of this key's; of nobody's when there is no key. */
export async function findRun(db: Db, keyId: string | null, runId: string): Promise<RunRow | undefined> {
  return await db
    .selectFrom("run")
    .selectAll()
    .where("id", "=", runId)
    .where("key_id", keyId === null ? "is" : "=", keyId)
    .executeTakeFirst();
}

/** What the record of an ended run shows: neither its program nor its test cases, which may be megabytes. */
export type EndedRun = Pick<RunRow, "id" | "created_at" | "language" | "output" | "callback_state"> & {
  readonly result: RunResult;
};

/** As findRun, of one that has ended. */
export async function findEndedRun(db: Db, keyId: string | null, runId: string): Promise<EndedRun | undefined> {
  const row = await db
    .selectFrom("run")
    .select(["id", "created_at", "language", "result", "output", "callback_state"])
    .where("id", "=", runId)
    .where("key_id", keyId === null ? "is" : "=", keyId)
    .where("ended_at", "is not", null)
    .executeTakeFirst();
  return row?.result ? { ...row, result: row.result } : undefined;
}

/** The same of a row that was read as a whole; undefined when it says that the run goes on. */
export function toEndedRun(row: RunRow): EndedRun | undefined {
  return row.result ? { ...row, result: row.result } : undefined;
}

/** Writes down how a run ended, unless somebody has: whoever comes first is believed. Its callback is due then. */
export async function finishRun(db: Db, runId: string, { result, output }: RunEnd): Promise<boolean> {
  const now = Date.now();
  const updated = await db
    .updateTable("run")
    .set({ ended_at: now, result: JSON.stringify(result), output: JSON.stringify(output) })
    .set({ callback_at: sql<number | null>`case when callback_state = 'waiting' then ${now}::bigint end` })
    .where("id", "=", runId)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

/** Runs that have not ended though they were made so long ago, oldest first. */
export async function listGoingOn(db: Db, before: number, limit: number): Promise<RunRow[]> {
  return await db
    .selectFrom("run")
    .selectAll()
    .where("ended_at", "is", null)
    .where("created_at", "<", before)
    .orderBy("created_at")
    .limit(limit)
    .execute();
}

/** @returns how many were removed, at most `limit` */
export async function deleteEndedRuns(db: Db, before: number, limit: number): Promise<number> {
  const result = await sql`
    delete from run where id in (select id from run where ended_at < ${before} order by ended_at limit ${limit})
  `.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/** Callbacks that are due. Until `nobodyElseUntil` no other process finds them. */
export async function claimCallbacks(
  db: Db,
  claim: { now: number; nobodyElseUntil: number; limit: number },
): Promise<RunRow[]> {
  const result = await sql<RunRow>`
    update run set callback_at = ${claim.nobodyElseUntil}, callback_attempts = callback_attempts + 1
    where id in (
      select id from run where callback_state = 'waiting' and callback_at <= ${claim.now}
      order by callback_at limit ${claim.limit} for update skip locked
    )
    returning *`.execute(db);
  return result.rows;
}

/** What became of an attempt: over for good, or to be tried again at an instant. */
export async function noteCallback(
  db: Db,
  runId: string,
  became: { state: "delivered" | "failed" } | { state: "waiting"; at: number },
): Promise<void> {
  const change =
    became.state === "waiting"
      ? { callback_at: became.at }
      : { callback_state: became.state, callback_at: null, callback_secret: null };
  await db.updateTable("run").set(change).where("id", "=", runId).where("callback_state", "=", "waiting").execute();
}
