import { randomUUID } from "node:crypto";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Session, SessionListItem } from "@greenroom/shared/api/session-routes.ts";
import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import { type Selectable, sql } from "kysely";
import type { SessionDatabase, SessionTable } from "../db/schema.ts";

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

/** A session with the document of its first language. */
export async function createSession(db: Db, session: NewSession): Promise<SessionRow> {
  return await db.transaction().execute(async (transaction) => {
    const row = await transaction
      .insertInto("session")
      .values({
        id: randomUUID(),
        title: session.title,
        language: session.language,
        // Pages are asked for by milliseconds.
        created_at: sql`date_trunc('milliseconds', now())`,
        created_by: session.createdBy.userId,
        created_by_name: session.createdBy.name,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await transaction
      .insertInto("document")
      .values({
        id: randomUUID(),
        session_id: row.id,
        language: session.language,
        snapshot_text: getLanguage(session.language).starter,
      })
      .execute();
    return row;
  });
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

/** Ends a session; ending it again changes nothing. Waits for commits under way, so nothing is written after it. */
export async function endSession(db: Db, sessionId: string): Promise<SessionRow> {
  await db
    .updateTable("session")
    .set({ ended_at: new Date() })
    .where("id", "=", sessionId)
    .where("ended_at", "is", null)
    .execute();
  return await getSession(db, sessionId);
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

/** The rows of many sessions at once: what open rooms compare themselves with. */
export async function listSessionRows(db: Db, sessionIds: readonly string[]): Promise<SessionRow[]> {
  if (sessionIds.length === 0) return [];
  return await db.selectFrom("session").selectAll().where("id", "in", sessionIds).execute();
}
