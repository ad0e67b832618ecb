import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import { type Database, prepared, type Transaction } from "@greenroom/shared/node/database.ts";
import { CompiledQuery, type Selectable, sql } from "kysely";
import type { EventTable, SessionDatabase } from "../db/schema.ts";
import { emptyHead, type Head, type SealedEvent } from "./chain.ts";

type Db = Database<SessionDatabase>;

/** The room's right to write: its session and the epoch under which it was taken. */
export interface Fence {
  readonly sessionId: string;
  readonly epoch: number;
}

/** What a room appends to its session's log at once. */
export interface Batch {
  readonly fence: Fence;
  /** The newest event's number before, as the room knows it. */
  readonly after: number;
  readonly sealed: readonly SealedEvent[];
  /** Where the log ends with them. */
  readonly head: Head;
}

const hex = (bytes: Buffer): string => bytes.toString("hex");

/** Of rooms and of their events, as JSON. Its text is made once: it is sent some hundred times a second. */
const commitStatement = `${prepared}
  with head as (
    update session set log_number = room.number, log_link = decode(room.link, 'hex')
    from json_to_recordset($1::json) as room ("sessionId" uuid, epoch integer, after integer, number integer, link text)
    where session.id = room."sessionId" and session.epoch = room.epoch and session.log_number = room.after
      and session.ended_at is null
    returning session.id
  ), appended as (
    insert into event (session_id, number, at, kind, participant_id, document_id, revision, client_id, seq, salt,
      digest, link, body)
    select head.id, number, at, kind, "participantId", "documentId", revision, "clientId", seq, decode(salt, 'hex'),
      decode(digest, 'hex'), decode(link, 'hex'), body
    from json_to_recordset($2::json) as event ("sessionId" uuid, number integer, at bigint,
      kind text, "participantId" uuid, "documentId" uuid, revision integer, "clientId" uuid, seq integer, salt text,
      digest text, link text, body text)
    join head on head.id = event."sessionId"
  )
  select id from head`;

/**
 * Appends the batches of many sessions in one statement, hence one transaction and one flush to disk. Changing a session's
 * row locks it, and what it was changed by meanwhile is looked at again: taking a room and ending a session wait for it, and
 * a room that was taken, whose session has ended, or whose log is longer than it knew writes nothing. [L4] Nobody waits for
 * anybody in a circle: of two processes only one has a room, and whoever takes one or ends a session holds a single row.
 *
 * @returns the sessions whose events are written; the others are fenced off
 */
export async function commitBatches(db: Db, batches: readonly Batch[]): Promise<Set<string>> {
  const rooms = batches.map(({ fence, after, head }) => ({
    ...fence,
    after,
    number: head.number,
    link: hex(head.link),
  }));
  const events = batches.flatMap(({ fence, sealed }) => sealed.map((one) => toJsonRow(fence.sessionId, one)));
  const statement = CompiledQuery.raw(commitStatement, [JSON.stringify(rooms), JSON.stringify(events)]);
  const written = await db.executeQuery<{ id: string }>(statement);
  return new Set(written.rows.map(({ id }) => id));
}

function toJsonRow(sessionId: string, { event, body, salt, digest, link }: SealedEvent): Record<string, unknown> {
  const { number, at, kind, participantId } = event;
  const operation = event.kind === "operation" ? operationColumns(event) : {};
  const hashed = { salt: hex(salt), digest: hex(digest), link: hex(link), body };
  return { sessionId, number, at, kind, participantId, ...operation, ...hashed };
}

function operationColumns({ documentId, revision, clientId, seq }: SessionEvent & { kind: "operation" }) {
  return { documentId, revision, clientId, seq };
}

/**
 * Whether Postgres understood what it was asked and would not do it: then nothing of it was done, and something in it is
 * to blame. SQLSTATE classes: data, integrity, rollback (deadlock), syntax and rights, program limits.
 */
export function isRefusedByPostgres(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^(?:22|23|40|42|54)[0-9A-Z]{3}$/.test(code);
}

/** Appends to a log whose session's row the transaction has locked, or made. */
export async function appendLocked(
  transaction: Transaction<SessionDatabase>,
  sessionId: string,
  sealed: readonly SealedEvent[],
): Promise<void> {
  const last = sealed.at(-1);
  if (!last) return;
  const rows = sealed.map(({ event, body, salt, digest, link }) => ({
    session_id: sessionId,
    number: event.number,
    at: event.at,
    kind: event.kind,
    participant_id: event.participantId,
    salt,
    digest,
    link,
    body,
  }));
  await transaction.insertInto("event").values(rows).execute();
  await transaction
    .updateTable("session")
    .set({ log_number: last.event.number, log_link: last.link })
    .where("id", "=", sessionId)
    .execute();
}

/** Where a session's log ends. */
export async function readHead(db: Db, session: { id: string; log_number: number; log_link: Buffer }): Promise<Head> {
  if (session.log_number === 0) return emptyHead(session.id);
  const { at } = await db
    .selectFrom("event")
    .select("at")
    .where("session_id", "=", session.id)
    .where("number", "=", session.log_number)
    .executeTakeFirstOrThrow();
  return { number: session.log_number, at, link: session.log_link };
}

const eventColumns = [
  "number",
  "at",
  "kind",
  "participant_id",
  "document_id",
  "revision",
  "client_id",
  "seq",
  "erased",
  "body",
] as const;
export type EventRow = Pick<Selectable<EventTable>, (typeof eventColumns)[number]>;

/** Events with `after < number <= upTo`, in order, and how long their bodies are together, in UTF-16 units. */
export async function readWeighedEvents(
  db: Db,
  sessionId: string,
  range: { after: number; upTo: number },
): Promise<{ events: SessionEvent[]; characters: number }> {
  const rows = await db
    .selectFrom("event")
    .select(eventColumns)
    .where("session_id", "=", sessionId)
    .where("number", ">", range.after)
    .where("number", "<=", range.upTo)
    .orderBy("number")
    .execute();
  return { events: rows.map((row) => toEvent(row)), characters: rows.reduce((sum, { body }) => sum + body.length, 0) };
}

/**
 * The events that are few and small: what a room needs to know of its log, texts, carets and output apart. The condition
 * is that of the index `event_of_room`.
 */
export async function readRoomEvents(db: Db, sessionId: string): Promise<SessionEvent[]> {
  const rows = await db
    .selectFrom("event")
    .select(eventColumns)
    .where("session_id", "=", sessionId)
    .where(sql<boolean>`kind not in ('operation', 'carets', 'run.output', 'run.cases')`)
    .orderBy("number")
    .execute();
  return rows.map((row) => toEvent(row));
}

export function toEvent(row: EventRow): SessionEvent {
  const { number, at, kind, participant_id: participantId } = row;
  const operation =
    kind === "operation"
      ? { documentId: row.document_id, revision: row.revision, clientId: row.client_id, seq: row.seq }
      : {};
  const erased = row.erased ? { erased: true } : {};
  const body: unknown = JSON.parse(row.body);
  // What seal() made, and erasing kept in shape.
  return { number, at, kind, participantId, ...operation, ...erased, body } as SessionEvent;
}

/** An event with all that its place in the chain hangs on. */
export type ChainRow = Selectable<EventTable>;

/** A page of the log as it is stored, in order. */
export async function readChain(
  db: Db,
  sessionId: string,
  page: { after: number; limit: number },
): Promise<ChainRow[]> {
  return await db
    .selectFrom("event")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("number", ">", page.after)
    .orderBy("number")
    .limit(page.limit)
    .execute();
}

/** What the session's row says of where its log ends. */
export async function readHeadOf(db: Db, sessionId: string): Promise<{ number: number; link: Buffer }> {
  const row = await db
    .selectFrom("session")
    .select(["log_number as number", "log_link as link"])
    .where("id", "=", sessionId)
    .executeTakeFirstOrThrow();
  return row;
}

export async function readStateSnapshots(db: Db, sessionId: string): Promise<{ number: number; state: string }[]> {
  return await db
    .selectFrom("state_snapshot")
    .select(["number", "state"])
    .where("session_id", "=", sessionId)
    .orderBy("number")
    .execute();
}
