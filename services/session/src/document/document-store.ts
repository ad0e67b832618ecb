import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import { Rope } from "@greenroom/shared/ot/rope.ts";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import type { ProblemVersion } from "@greenroom/shared/problem/problem.ts";
import type { CommittedOperation } from "@greenroom/shared/protocol/document.ts";
import { hasDriver, makeStarter } from "@greenroom/shared/signature/drivers.ts";
import { type Selectable, sql } from "kysely";
import type { DocumentTable, SessionDatabase, SnapshotClient } from "../db/schema.ts";

type Db = Database<SessionDatabase>;
export type DocumentRow = Selectable<DocumentTable>;

/** Operations read at a time; each may hold a quarter of a million characters. */
const pageLength = 250;

export async function findDocument(db: Db, documentId: string): Promise<DocumentRow | undefined> {
  return await db.selectFrom("document").selectAll().where("id", "=", documentId).executeTakeFirst();
}

/** A session's documents, those that were deleted left out. */
export async function listDocuments(db: Db, sessionId: string): Promise<DocumentRow[]> {
  return await db
    .selectFrom("document")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("deleted_at", "is", null)
    .orderBy("created_at")
    .execute();
}

/** What a room writes in: the documents of this language for this problem, or for none. */
export interface Desk {
  readonly language: LanguageId;
  readonly problem: ProblemVersion | null;
}

/** What a new document begins with: the problem's own text for the language, its function's head, or the language's. */
export function starterOf({ language, problem }: Desk): string {
  const own = problem?.content.starters.find((starter) => starter.language === language);
  if (own) return own.text.replaceAll(/\r\n?/g, "\n");
  const style = problem?.content.style;
  if (style?.kind === "function" && hasDriver(language)) return makeStarter(style.signature, language);
  return getLanguage(language).starter;
}

export interface NewDocument {
  readonly documentId: string;
  readonly language: LanguageId;
  readonly problemId: string | null;
  readonly path: string;
  readonly text: string;
}

export async function insertDocument(
  transaction: Transaction<SessionDatabase>,
  sessionId: string,
  { documentId, language, problemId, path, text }: NewDocument,
): Promise<void> {
  await transaction
    .insertInto("document")
    .values({ id: documentId, session_id: sessionId, problem_id: problemId, language, path, snapshot_text: text })
    .execute();
}

/** Whether there is a document with this id, in whichever session: ids are their senders' choice. */
export async function documentExists(transaction: Transaction<SessionDatabase>, documentId: string): Promise<boolean> {
  return (await findDocument(transaction, documentId)) !== undefined;
}

export async function moveDocument(
  transaction: Transaction<SessionDatabase>,
  documentId: string,
  path: string,
): Promise<void> {
  await transaction.updateTable("document").set({ path }).where("id", "=", documentId).execute();
}

/** It stays to be read: its operations are in the log. */
export async function deleteDocument(transaction: Transaction<SessionDatabase>, documentId: string): Promise<void> {
  await transaction.updateTable("document").set({ deleted_at: new Date() }).where("id", "=", documentId).execute();
}

/** Committed operations with `after < revision`, in order; `upTo` and `limit` may end them earlier. */
export async function readOperations(
  db: Db,
  documentId: string,
  range: { after: number; upTo?: number; limit?: number },
): Promise<CommittedOperation[]> {
  const rows = await db
    .selectFrom("event")
    .select(["revision", "client_id", "seq", "participant_id", "body"])
    .where("kind", "=", "operation")
    .where("document_id", "=", documentId)
    .where("revision", ">", range.after)
    .$if(range.upTo !== undefined, (query) => query.where("revision", "<=", range.upTo ?? 0))
    .orderBy("revision")
    .$if(range.limit !== undefined, (query) => query.limit(range.limit ?? 0))
    .execute();
  return rows.map(toOperation);
}

type OperationRow = Pick<
  Selectable<SessionDatabase["event"]>,
  "revision" | "client_id" | "seq" | "participant_id" | "body"
>;

function toOperation(row: OperationRow): CommittedOperation {
  const { revision, client_id: clientId, seq, participant_id: participantId, body } = row;
  const { operation } = JSON.parse(body) as Pick<CommittedOperation, "operation">; // what was committed
  // Of an operation all four are set.
  return { revision, clientId, seq, participantId, operation } as CommittedOperation;
}

/** The newest operations up to a revision, in order: so many at the most, and about so many UTF-16 units. */
export async function readNewest(
  db: Db,
  documentId: string,
  wanted: { before: number; count: number; characters: number },
): Promise<CommittedOperation[]> {
  const { before, count, characters } = wanted;
  const newest = await sql<OperationRow>`
    select revision, client_id, seq, participant_id, body
    from (
      select revision, client_id, seq, participant_id, body,
        sum(length(body)) over (order by revision desc) - length(body) as later
      from event
      where kind = 'operation' and document_id = ${documentId}
        and revision > ${before - count} and revision <= ${before}
    ) as operation
    where later < ${characters}
    order by revision`.execute(db);
  return newest.rows.map(toOperation);
}

/** The newest operation of one client, if it ever wrote in the document. */
export async function findLastOfClient(
  db: Db,
  documentId: string,
  clientId: string,
): Promise<SnapshotClient | undefined> {
  const row = await db
    .selectFrom("event")
    .select(["participant_id", "seq", "revision"])
    .where("kind", "=", "operation")
    .where("document_id", "=", documentId)
    .where("client_id", "=", clientId)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!row) return undefined;
  // Of an operation all of them are set.
  return { clientId, participantId: row.participant_id, seq: row.seq, revision: row.revision } as SnapshotClient;
}

/** Everything after a revision, page by page. */
export async function readTail(db: Db, documentId: string, after: number): Promise<CommittedOperation[]> {
  const tail: CommittedOperation[] = [];
  for (;;) {
    const page = await readOperations(db, documentId, { after: after + tail.length, limit: pageLength });
    tail.push(...page);
    if (page.length < pageLength) return tail;
  }
}

/** A document at its head, folded from its snapshot and what came after. */
export async function readText(db: Db, row: DocumentRow): Promise<{ revision: number; text: string }> {
  const tail = await readTail(db, row.id, row.snapshot_revision);
  return { revision: row.snapshot_revision + tail.length, text: foldOperations(row.snapshot_text, tail) };
}

export function foldOperations(text: string, operations: readonly CommittedOperation[]): string {
  return operations
    .reduce((folded, { operation }) => folded.apply(operation as TextOperation), Rope.of(text))
    .toString();
}

/** What is committed of a document. A snapshot is only a short cut: it never goes back, and needs no fence. */
export async function saveSnapshot(
  db: Db,
  documentId: string,
  snapshot: { revision: number; text: string; clients: readonly SnapshotClient[] },
): Promise<void> {
  await db
    .updateTable("document")
    .set({
      snapshot_revision: snapshot.revision,
      snapshot_text: snapshot.text,
      snapshot_clients: JSON.stringify(snapshot.clients),
    })
    .where("id", "=", documentId)
    .where("snapshot_revision", "<", snapshot.revision)
    .execute();
}
