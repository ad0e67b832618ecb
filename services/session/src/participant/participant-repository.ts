import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import type { Role } from "@greenroom/shared/roles.ts";
import { type Selectable, sql } from "kysely";
import type { ParticipantTable, SessionDatabase } from "../db/schema.ts";

type Db = Database<SessionDatabase>;
export type ParticipantRow = Selectable<ParticipantTable>;

export async function listParticipants(db: Db, sessionId: string): Promise<ParticipantRow[]> {
  return await db
    .selectFrom("participant")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("joined_at")
    .execute();
}

/** Who was removed from these sessions, ever. */
export async function listRemovedParticipants(
  db: Db,
  sessionIds: readonly string[],
): Promise<Pick<ParticipantRow, "session_id" | "id">[]> {
  if (sessionIds.length === 0) return [];
  return await db
    .selectFrom("participant")
    .select(["session_id", "id"])
    .where(sql<boolean>`session_id = any(${sessionIds}::uuid[])`)
    .where("removed_at", "is not", null)
    .execute();
}

/** Of these sessions, those of these participants who were ever in them. */
export async function listTheseParticipants(
  db: Db,
  { sessionIds, participantIds }: { sessionIds: readonly string[]; participantIds: readonly string[] },
): Promise<ParticipantRow[]> {
  return await db
    .selectFrom("participant")
    .selectAll()
    .where(sql<boolean>`session_id = any(${sessionIds}::uuid[])`)
    .where(sql<boolean>`id = any(${participantIds}::uuid[])`)
    .execute();
}

export interface Joining {
  readonly sessionId: string;
  readonly participantId: string;
  readonly name: string;
  readonly role: Role;
  readonly color: number;
  readonly seated: boolean;
}

/** The row as it will be once Postgres has it. */
export function unsaved({ sessionId, participantId, ...joining }: Joining): ParticipantRow {
  return { session_id: sessionId, id: participantId, ...joining, joined_at: new Date(), removed_at: null };
}

/** Writes down that somebody is in; whoever comes back keeps colour and time, and may have another name. */
export async function saveParticipant(
  transaction: Transaction<SessionDatabase>,
  joining: Joining,
): Promise<ParticipantRow> {
  return await transaction
    .insertInto("participant")
    .values({
      session_id: joining.sessionId,
      id: joining.participantId,
      name: joining.name,
      role: joining.role,
      color: joining.color,
      seated: joining.seated,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["session_id", "id"])
        .doUpdateSet({ name: joining.name, role: joining.role, seated: sql`excluded.seated` }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function releaseSeat(
  transaction: Transaction<SessionDatabase>,
  sessionId: string,
  participantId: string,
): Promise<void> {
  await transaction
    .updateTable("participant")
    .set({ seated: false })
    .where("session_id", "=", sessionId)
    .where("id", "=", participantId)
    .execute();
}

export async function removeParticipant(
  transaction: Transaction<SessionDatabase>,
  sessionId: string,
  participantId: string,
): Promise<void> {
  await transaction
    .updateTable("participant")
    .set({ removed_at: new Date(), seated: false })
    .where("session_id", "=", sessionId)
    .where("id", "=", participantId)
    .execute();
}
