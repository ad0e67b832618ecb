import { randomUUID } from "node:crypto";
import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import { apply, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import type { ProblemVersion } from "@greenroom/shared/problem/problem.ts";
import type { CommittedOperation } from "@greenroom/shared/protocol/document.ts";
import { hasDriver, makeStarter } from "@greenroom/shared/signature/drivers.ts";
import { type Selectable, sql } from "kysely";
import type { DocumentTable, SessionDatabase } from "../db/schema.ts";

type Db = Database<SessionDatabase>;
export type DocumentRow = Selectable<DocumentTable>;

/** The room's right to write: its session and the epoch under which it was taken. */
export interface Fence {
  readonly sessionId: string;
  readonly epoch: number;
}

/** How a commit ended. "fenced": another process has the room, the session ended, or history is not where we thought. */
export type CommitOutcome = "committed" | "fenced";

/**
 * Appends operations to a document in one statement, hence one transaction and one flush to disk. The shared lock on the
 * session's row makes taking the room and ending the session wait for it, and makes it fail once either has happened.
 */
export async function commitOperations(
  db: Db,
  fence: Fence,
  documentId: string,
  operations: readonly CommittedOperation[],
): Promise<CommitOutcome> {
  const first = operations.at(0);
  const last = operations.at(-1);
  if (!first || !last) return "committed";
  const rows = JSON.stringify(operations);
  const result = await sql`
    with fence as (
      select 1 from session
      where id = ${fence.sessionId} and epoch = ${fence.epoch} and ended_at is null for share
    ), head as (
      update document set revision = ${last.revision}
      where id = ${documentId} and revision = ${first.revision - 1} and exists (select 1 from fence)
      returning id
    )
    insert into operation (document_id, revision, client_id, seq, participant_id, operation)
    select head.id, new.revision, new."clientId", new.seq, new."participantId", new.operation
    from head, jsonb_to_recordset(${rows}::jsonb)
      as new (revision integer, "clientId" uuid, seq integer, "participantId" uuid, operation jsonb)`.execute(db);
  return result.numAffectedRows === BigInt(operations.length) ? "committed" : "fenced";
}

export async function findDocument(db: Db, documentId: string): Promise<DocumentRow | undefined> {
  return await db.selectFrom("document").selectAll().where("id", "=", documentId).executeTakeFirst();
}

export async function listDocuments(db: Db, sessionId: string): Promise<DocumentRow[]> {
  return await db
    .selectFrom("document")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("created_at")
    .execute();
}

/** What a room writes in: the document of this language for this problem, or for none. */
export interface Desk {
  readonly language: LanguageId;
  readonly problem: ProblemVersion | null;
}

/** What a new document begins with: the problem's own text for the language, its function's head, or the language's. */
function starterOf({ language, problem }: Desk): string {
  const own = problem?.content.starters.find((starter) => starter.language === language);
  if (own) return own.text.replaceAll(/\r\n?/g, "\n");
  const style = problem?.content.style;
  if (style?.kind === "function" && hasDriver(language)) return makeStarter(style.signature, language);
  return getLanguage(language).starter;
}

/**
 * Makes the session work on a problem in a language: the document that belongs to both becomes the current one, and is
 * made when there is none.
 *
 * @returns undefined when fenced off
 */
export async function switchDesk(db: Db, fence: Fence, desk: Desk): Promise<DocumentRow | undefined> {
  const { language, problem } = desk;
  const problemId = problem?.problemId ?? null;
  return await db.transaction().execute(async (transaction) => {
    const updated = await transaction
      .updateTable("session")
      .set({ language, problem_id: problemId, problem_version: problem?.version ?? null })
      .where("id", "=", fence.sessionId)
      .where("epoch", "=", fence.epoch)
      .where("ended_at", "is", null)
      .executeTakeFirst();
    if (updated.numUpdatedRows === 0n) return undefined;
    await transaction
      .insertInto("document")
      .values({
        id: randomUUID(),
        session_id: fence.sessionId,
        problem_id: problemId,
        language,
        snapshot_text: starterOf(desk),
      })
      .onConflict((conflict) => conflict.constraint("document_of_problem").doNothing())
      .execute();
    return await transaction
      .selectFrom("document")
      .selectAll()
      .where("session_id", "=", fence.sessionId)
      .where("problem_id", "is not distinct from", problemId)
      .where("language", "=", language)
      .executeTakeFirstOrThrow();
  });
}

/** Committed operations with `after < revision <= upTo`, in order. */
export async function readOperations(
  db: Db,
  documentId: string,
  range: { after: number; upTo: number },
): Promise<CommittedOperation[]> {
  const rows = await db
    .selectFrom("operation")
    .select(["revision", "client_id", "seq", "participant_id", "operation"])
    .where("document_id", "=", documentId)
    .where("revision", ">", range.after)
    .where("revision", "<=", range.upTo)
    .orderBy("revision")
    .execute();
  return rows.map((row) => ({
    revision: row.revision,
    clientId: row.client_id,
    seq: row.seq,
    participantId: row.participant_id,
    operation: [...row.operation] as CommittedOperation["operation"], // what commitOperations wrote
  }));
}

/** The newest operation of every client that ever wrote in the document: what tells a resend from a new operation. */
export async function readLastOfClients(
  db: Db,
  documentId: string,
): Promise<{ clientId: string; participantId: string; seq: number; revision: number }[]> {
  const rows = await db
    .selectFrom("operation")
    .distinctOn("client_id")
    .select(["client_id", "participant_id", "seq", "revision"])
    .where("document_id", "=", documentId)
    .orderBy("client_id")
    .orderBy("seq", "desc")
    .execute();
  return rows.map((row) => ({
    clientId: row.client_id,
    participantId: row.participant_id,
    seq: row.seq,
    revision: row.revision,
  }));
}

/** The text of a document at its head, folded from its snapshot and what came after. */
export async function readText(db: Db, row: DocumentRow): Promise<string> {
  const operations = await readOperations(db, row.id, { after: row.snapshot_revision, upTo: row.revision });
  return foldOperations(row.snapshot_text, operations);
}

export function foldOperations(text: string, operations: readonly CommittedOperation[]): string {
  return operations.reduce((folded, { operation }) => apply(folded, operation as TextOperation), text);
}

/** A snapshot is only a short cut: it never goes back, and needs no fence. */
export async function saveSnapshot(
  db: Db,
  documentId: string,
  snapshot: { revision: number; text: string },
): Promise<void> {
  await db
    .updateTable("document")
    .set({ snapshot_revision: snapshot.revision, snapshot_text: snapshot.text })
    .where("id", "=", documentId)
    .where("snapshot_revision", "<", snapshot.revision)
    .where("revision", ">=", snapshot.revision)
    .execute();
}
