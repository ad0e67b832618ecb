import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { NewEvent } from "@greenroom/shared/log/event.ts";
import { changeRun } from "@greenroom/shared/log/reduce.ts";
import type { LoggedRun } from "@greenroom/shared/log/state.ts";
import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import type { RunSummary, RunTask } from "@greenroom/shared/protocol/run.ts";
import { type Selectable, sql } from "kysely";
import type { RunTable, SessionDatabase } from "../db/schema.ts";
import { numberAt } from "../log/history-store.ts";
import { type Fence, toEvent } from "../log/log-store.ts";

type Db = Database<SessionDatabase>;
/** Rows and events have instants of their own, and clocks are set back: how much of the log before a run is looked at, too. */
const clockStepMs = 60_000;
export type RunRow = Selectable<RunTable>;

export interface NewRun {
  readonly runId: string;
  readonly documentId: string;
  readonly language: RunRow["language"];
  readonly revision: number;
  readonly participantId: string;
  readonly source: string;
  readonly files: RunRow["files"];
  readonly task: RunTask;
  readonly problem: { readonly problemId: string; readonly version: number } | null;
  /** Of a graded run. */
  readonly seed: number | null;
  readonly queuedAt: number;
}

/** @returns false when there is a run with this id already */
export async function insertRun(
  transaction: Transaction<SessionDatabase>,
  sessionId: string,
  run: NewRun,
): Promise<boolean> {
  const result = await transaction
    .insertInto("run")
    .values({
      id: run.runId,
      session_id: sessionId,
      document_id: run.documentId,
      language: run.language,
      revision: run.revision,
      participant_id: run.participantId,
      source: run.source,
      files: JSON.stringify(run.files),
      task: JSON.stringify(run.task),
      problem_id: run.problem?.problemId ?? null,
      problem_version: run.problem?.version ?? null,
      seed: run.seed,
      state: "queued",
      queued_at: new Date(run.queuedAt),
      result: null,
      output: null,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Writes down that a run was begun. */
export async function markRunning(transaction: Transaction<SessionDatabase>, runId: string): Promise<void> {
  await transaction
    .updateTable("run")
    .set({ state: "running" })
    .where("id", "=", runId)
    .where("state", "=", "queued")
    .execute();
}

/**
 * Writes down how a run ended, with everything it put out, behind a fence of its own, which knows the epoch alone.
 *
 * @returns false when fenced off, or when it had ended before: the end of its session is one [R8]
 */
export async function finishRun(
  db: Db,
  fence: Fence,
  run: { runId: string; result: RunResult; chunks: readonly OutputChunk[] },
): Promise<boolean> {
  const result = await sql`
    with fence as (select 1 from session where id = ${fence.sessionId} and epoch = ${fence.epoch} for share)
    update run
    set state = 'ended', result = ${storableJson(run.result)}::jsonb, output = ${storableJson(run.chunks)}::jsonb
    where id = ${run.runId} and state <> 'ended' and exists (select 1 from fence)`.execute(db);
  return result.numAffectedRows === 1n;
}

/**
 * Ends the runs of a session that ends, as far as its log has them: what they do from now on counts no more.
 *
 * @param transaction has the session's row locked, so that no room appends anything
 * @returns what has to be appended
 */
export async function cutOffRuns(transaction: Transaction<SessionDatabase>, sessionId: string): Promise<NewEvent[]> {
  const rows = await transaction
    .selectFrom("run")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("state", "<>", "ended")
    .orderBy("queued_at")
    .execute();
  const ended: NewEvent[] = [];
  for (const row of rows) {
    const { chunks, cases } = await readLoggedRun(transaction, row);
    const result: RunResult = { ...cutOff, chunks: chunks.length, ...(cases.length > 0 && { cases }) };
    await transaction
      .updateTable("run")
      .set({ state: "ended", result: storableJson(result), output: storableJson(chunks) })
      .where("id", "=", row.id)
      .execute();
    ended.push({ kind: "run", participantId: null, body: { run: { ...toSummary(row), state: "ended", result } } });
  }
  return ended;
}

const cutOff = {
  outcome: "stopped",
  exitCode: null,
  signal: null,
  wallMs: null,
  cpuMs: null,
  memoryKib: null,
  compileMs: null,
  cutOff: true,
} as const;

/** What the log has of a run's output and test cases. */
async function readLoggedRun(db: Db, row: RunRow): Promise<LoggedRun> {
  const run: LoggedRun = { run: toSummary(row), chunks: [], cases: [] };
  const events = await db
    .selectFrom("event")
    .selectAll()
    .where("session_id", "=", row.session_id)
    .where("kind", "in", ["run.output", "run.cases"])
    .where("number", ">", await numberAt(db, row.session_id, row.queued_at.getTime() - clockStepMs))
    .orderBy("number")
    .execute();
  return events.reduce((before, found) => {
    const event = toEvent(found);
    const isRuns = event.kind === "run.output" || event.kind === "run.cases";
    return isRuns && event.body.runId === row.id ? changeRun(before, event) : before;
  }, run);
}

/** Postgres stores neither NUL nor half a surrogate pair in JSON text; a program may well print a NUL. */
function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "string" ? inner.replaceAll("\0", "\ufffd").toWellFormed() : inner,
  );
}

/**
 * Sessions with runs that nobody may be following: queued or running for so long, in rooms that are not among those
 * open here. In any order, so that those which cannot be taken up now do not hide the others.
 */
export async function listSessionsOfForgottenRuns(
  db: Db,
  { before, open, limit }: { before: Date; open: readonly string[]; limit: number },
): Promise<string[]> {
  const result = await sql<{ session_id: string }>`
    select session_id from run
    where state <> 'ended' and queued_at < ${before} and session_id <> all (${open}::uuid[])
    group by session_id order by random() limit ${limit}`.execute(db);
  return result.rows.map((row) => row.session_id);
}

export async function findNewestRun(db: Db, sessionId: string): Promise<RunRow | undefined> {
  return await db
    .selectFrom("run")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("queued_at", "desc")
    .limit(1)
    .executeTakeFirst();
}

export async function findRun(db: Db, sessionId: string, runId: string): Promise<RunRow | undefined> {
  return await db
    .selectFrom("run")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("id", "=", runId)
    .executeTakeFirst();
}

/** Newest first. */
export async function listRuns(db: Db, sessionId: string, limit: number): Promise<RunSummary[]> {
  const rows = await db
    .selectFrom("run")
    .select(["id", "document_id", "language", "revision", "participant_id", "state", "queued_at", "result"])
    .select(["task", "problem_id", "problem_version"])
    .where("session_id", "=", sessionId)
    .orderBy("queued_at", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => toSummary(row));
}

type SummaryColumns =
  | "id"
  | "document_id"
  | "language"
  | "revision"
  | "participant_id"
  | "state"
  | "queued_at"
  | "result";

export function toSummary(row: Pick<RunRow, SummaryColumns | "task" | "problem_id" | "problem_version">): RunSummary {
  const { problem_id: problemId, problem_version: version } = row;
  return {
    runId: row.id,
    documentId: row.document_id,
    language: row.language,
    revision: row.revision,
    participantId: row.participant_id,
    state: row.state,
    task: row.task,
    problem: problemId === null || version === null ? null : { problemId, version },
    position: null,
    queuedAt: row.queued_at.getTime(),
    result: row.result,
  };
}
