import { randomUUID } from "node:crypto";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Session, SessionListItem } from "@greenroom/shared/api/session-routes.ts";
import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { NewEvent } from "@greenroom/shared/log/event.ts";
import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import { type Selectable, sql } from "kysely";
import type { SessionDatabase, SessionTable } from "../db/schema.ts";
import { insertDocument } from "../document/document-store.ts";
import { emptyHead, seal } from "../log/chain.ts";
import { appendLocked, readHead } from "../log/log-store.ts";
import { cutOffRuns } from "../run/run-repository.ts";

type Db = Database<SessionDatabase>;
export type SessionRow = Selectable<SessionTable>;

export function toSession(row: SessionRow): Session {
  return {
    sessionId: row.id,
    title: row.title,
    phase: row.ended_at ? "ended" : "live",
    language: row.language,
    createdBy: { userId: row.created_by, name: row.created_by_name },
    createdAt: row.created_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
  };
}

export interface NewSession {
  readonly title: string;
  readonly language: LanguageId;
  readonly createdBy: { readonly userId: string; readonly name: string };
}

/** A session with the document of its first language, and the beginning of its log. */
export async function createSession(db: Db, session: NewSession): Promise<SessionRow> {
  const { title, language, createdBy } = session;
  const { fileName: path, starter: text } = getLanguage(language);
  const document = { documentId: randomUUID(), language, problemId: null, path, text };
  const desk = { language, documentId: document.documentId, problem: null };
  const events: NewEvent[] = [
    { kind: "session.created", participantId: createdBy.userId, body: { title, createdBy } },
    { kind: "document.added", participantId: createdBy.userId, body: document },
    { kind: "desk", participantId: createdBy.userId, body: desk },
  ];
  return await db.transaction().execute(async (transaction) => {
    const { id } = await transaction
      .insertInto("session")
      .values({
        id: randomUUID(),
        title,
        language,
        // Pages are asked for by milliseconds.
        created_at: sql`date_trunc('milliseconds', now())`,
        created_by: createdBy.userId,
        created_by_name: createdBy.name,
        signature: null,
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    await insertDocument(transaction, id, document);
    await appendLocked(transaction, id, seal(emptyHead(id), events));
    return await transaction.selectFrom("session").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  });
}

export async function listTheseSessions(db: Db, sessionIds: readonly string[]): Promise<SessionRow[]> {
  return await db
    .selectFrom("session")
    .selectAll()
    .where(sql<boolean>`id = any(${sessionIds}::uuid[])`)
    .execute();
}

export async function findSession(db: Db, sessionId: string): Promise<SessionRow | undefined> {
  return await db.selectFrom("session").selectAll().where("id", "=", sessionId).executeTakeFirst();
}

export async function getSession(db: Db, sessionId: string): Promise<SessionRow> {
  const row = await findSession(db, sessionId);
  if (!row) throw new ApiError("not-found", "There is no such session.");
  return row;
}

export interface SessionFilter {
  readonly phase?: "live" | "ended" | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Newest first. A page may be longer than its limit: it never ends between two sessions made in one millisecond. */
export async function listSessions(
  db: Db,
  filter: SessionFilter,
): Promise<{ sessions: SessionListItem[]; more: boolean }> {
  let query = db.selectFrom("session");
  if (filter.phase) query = query.where("ended_at", filter.phase === "ended" ? "is not" : "is", null);
  if (filter.before !== undefined) query = query.where("created_at", "<", new Date(filter.before));
  const shown = await query.selectAll().orderBy("created_at", "desc").fetch(filter.limit, "with ties").execute();
  const last = shown.at(-1);
  const older =
    last && (await query.select("id").where("created_at", "<", last.created_at).limit(1).executeTakeFirst());
  const people = await participantsOf(db, shown);
  return {
    sessions: shown.map((row) => ({ ...toSession(row), participants: people.get(row.id) ?? [] })),
    more: older !== undefined,
  };
}

async function participantsOf(
  db: Db,
  sessions: readonly SessionRow[],
): Promise<Map<string, SessionListItem["participants"]>> {
  const bySession = new Map<string, SessionListItem["participants"]>();
  if (sessions.length === 0) return bySession;
  const rows = await db
    .selectFrom("participant")
    .select(["session_id", "name", "role"])
    .where(
      "session_id",
      "in",
      sessions.map((session) => session.id),
    )
    .orderBy("joined_at")
    .execute();
  for (const { session_id: sessionId, name, role } of rows)
    bySession.set(sessionId, [...(bySession.get(sessionId) ?? []), { name, role }]);
  return bySession;
}

/**
 * Ends a session; ending it again changes nothing. Whoever asks, the last event is written here, under the lock of the
 * session's row: what a room has under way is committed before or not at all, and what it commits after finds that the
 * session has ended and its log grown. A run that goes on ends before its session does. [L4] [R8]
 */
export async function endSession(db: Db, sessionId: string, participantId: string): Promise<SessionRow> {
  return await db.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom("session")
      .selectAll()
      .where("id", "=", sessionId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!row) throw new ApiError("not-found", "There is no such session.");
    if (row.ended_at) return row;
    const ended: NewEvent = { kind: "session.ended", participantId, body: {} };
    const sealed = seal(await readHead(transaction, row), [...(await cutOffRuns(transaction, sessionId)), ended]);
    await appendLocked(transaction, sessionId, sealed);
    return await transaction
      .updateTable("session")
      .set({ ended_at: new Date(sealed[0]?.event.at ?? Date.now()) })
      .where("id", "=", sessionId)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** What the room works on: for lists of sessions, and for whoever opens the room next. */
export async function setDesk(
  transaction: Transaction<SessionDatabase>,
  sessionId: string,
  desk: { language: LanguageId; problem: { problemId: string; version: number } | null },
): Promise<void> {
  const problem = { problem_id: desk.problem?.problemId ?? null, problem_version: desk.problem?.version ?? null };
  await transaction
    .updateTable("session")
    .set({ language: desk.language, ...problem })
    .where("id", "=", sessionId)
    .execute();
}

/** Takes the room: from now on only transactions with the epoch returned are let in. */
export async function raiseEpoch(db: Db, sessionId: string): Promise<SessionRow | undefined> {
  return await db
    .updateTable("session")
    .set((eb) => ({ epoch: eb("epoch", "+", 1) }))
    .where("id", "=", sessionId)
    .returningAll()
    .executeTakeFirst();
}

/** Ended sessions whose records nobody has signed yet, the newest first. */
export async function listUnsigned(db: Db, limit: number): Promise<SessionRow[]> {
  return await db
    .selectFrom("session")
    .selectAll()
    .where("ended_at", "is not", null)
    .where("signature", "is", null)
    .orderBy("ended_at", "desc")
    .limit(limit)
    .execute();
}

/** The first signature stays. */
export async function saveSignature(db: Db, sessionId: string, signature: string): Promise<void> {
  await db
    .updateTable("session")
    .set({ signature })
    .where("id", "=", sessionId)
    .where("signature", "is", null)
    .execute();
}

/** The rows of open rooms' sessions that are not as their rooms have them: another epoch, or ended. */
export async function listChanged(
  db: Db,
  rooms: readonly { readonly sessionId: string; readonly epoch: number }[],
): Promise<SessionRow[]> {
  if (rooms.length === 0) return [];
  const open = sql<{ sessionId: string; epoch: number }>`
    (select * from json_to_recordset(${JSON.stringify(rooms)}::json) as room ("sessionId" uuid, epoch integer))`;
  return await db
    .selectFrom("session")
    .innerJoin(open.as("open"), (join) => join.on(sql<boolean>`open."sessionId" = session.id`))
    .selectAll("session")
    .where((where) =>
      where.or([where("ended_at", "is not", null), where(sql`open.epoch`, "<>", where.ref("session.epoch"))]),
    )
    .execute();
}
