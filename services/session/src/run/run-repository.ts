import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { type Selectable, sql } from "kysely";
import type { RunTable, SessionDatabase } from "../db/schema.ts";
import type { Fence } from "../document/document-store.ts";

type Db = Database<SessionDatabase>;
export type RunRow = Selectable<RunTable>;

export interface NewRun {
  readonly runId: string;
  readonly documentId: string;
  readonly language: RunRow["language"];
  readonly revision: number;
  readonly participantId: string;
  readonly source: string;
  readonly stdin: string;
  readonly queuedAt: number;
}

/** @returns false when fenced off, or when there is a run with this id already */
export async function insertRun(db: Db, fence: Fence, run: NewRun): Promise<boolean> {
  const result = await sql`
    insert into run (id, session_id, document_id, language, revision, participant_id, source, stdin, state, queued_at)
    select ${run.runId}, session.id, ${run.documentId}, ${run.language}, ${run.revision}, ${run.participantId},
      ${run.source}, ${run.stdin}, 'queued', ${new Date(run.queuedAt)}
    from session
    where session.id = ${fence.sessionId} and epoch = ${fence.epoch} and ended_at is null
    for share
    on conflict (id) do nothing`.execute(db);
  return result.numAffectedRows === 1n;
}

/** Writes down that a run was begun. */
export async function markRunning(db: Db, runId: string): Promise<void> {
  await db.updateTable("run").set({ state: "running" }).where("id", "=", runId).where("state", "=", "queued").execute();
}

/** Writes down how a run ended, with everything it put out. */
export async function finishRun(
  db: Db,
  runId: string,
  end: { result: RunResult; chunks: readonly OutputChunk[] },
): Promise<void> {
  // Postgres stores neither NUL nor half a surrogate pair in JSON text; a program may well print a NUL.
  const storable = end.chunks.map((chunk) => ({
    ...chunk,
    text: chunk.text.replaceAll("\0", "\ufffd").toWellFormed(),
  }));
  const output = JSON.stringify(storable);
  await db
    .updateTable("run")
    .set({ state: "ended", result: JSON.stringify(end.result), output })
    .where("id", "=", runId)
    .execute();
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
    .where("session_id", "=", sessionId)
    .orderBy("queued_at", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => toSummary(row));
}

export function toSummary(row: Omit<RunRow, "session_id" | "source" | "stdin" | "output">): RunSummary {
  return {
    runId: row.id,
    documentId: row.document_id,
    language: row.language,
    revision: row.revision,
    participantId: row.participant_id,
    state: row.state,
    queuedAt: row.queued_at.getTime(),
    result: row.result,
  };
}
