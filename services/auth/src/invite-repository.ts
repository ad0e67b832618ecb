import { randomUUID } from "node:crypto";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Invite } from "@greenroom/shared/api/session-routes.ts";
import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import type { Role } from "@greenroom/shared/roles.ts";
import { type Selectable, sql } from "kysely";
import type { GuestsTable, InvitesTable, Schema } from "./db/schema.ts";
import { hashSecret } from "./secret.ts";

export type InviteRow = Selectable<InvitesTable>;
export type GuestRow = Selectable<GuestsTable>;

export interface NewInvite {
  readonly secret: string;
  readonly sessionId: string;
  readonly sessionTitle: string;
  readonly role: Role;
  readonly now: number;
  readonly expiresAt: number;
}

export async function insertInvite(database: Database<Schema>, invite: NewInvite): Promise<InviteRow> {
  return database
    .insertInto("invites")
    .values({
      id: randomUUID(),
      secret_hash: hashSecret(invite.secret),
      session_id: invite.sessionId,
      session_title: invite.sessionTitle,
      role: invite.role,
      created_at: invite.now,
      expires_at: invite.expiresAt,
      revoked_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Newest first. */
export async function listInvites(database: Database<Schema>, sessionId: string): Promise<InviteRow[]> {
  return database
    .selectFrom("invites")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("created_at", "desc")
    .orderBy("id")
    .execute();
}

/** The invite of a link that lets people in now; throws ApiError with the reason when it does not. */
export async function getUsableInvite(database: Database<Schema>, secret: string, now: number): Promise<InviteRow> {
  const invite = await database
    .selectFrom("invites")
    .selectAll()
    .where("secret_hash", "=", hashSecret(secret))
    .executeTakeFirst();
  if (!invite)
    throw new ApiError("invite-not-found", "This link is not one of ours. Check that you have copied all of it.");
  requireUsable(invite, now);
  return invite;
}

/** The invite a guest came by, while it still lets them in; throws ApiError with the reason when it does not. */
export async function getUsableInviteOf(database: Database<Schema>, guest: GuestRow, now: number): Promise<InviteRow> {
  const invite = await database
    .selectFrom("invites")
    .selectAll()
    .where("id", "=", guest.invite_id)
    .executeTakeFirstOrThrow();
  requireUsable(invite, now);
  return invite;
}

function requireUsable(invite: InviteRow, now: number): void {
  if (invite.revoked_at !== null)
    throw new ApiError("invite-revoked", "This link was taken back. Ask your interviewer for a new one.");
  if (invite.expires_at <= now)
    throw new ApiError("invite-expired", "This link has expired. Ask your interviewer for a new one.");
}

/** False when the session has no such invite. The first revocation's instant stays. */
export async function revokeInvite(
  database: Database<Schema>,
  { sessionId, inviteId, now }: { sessionId: string; inviteId: string; now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable("invites")
    .set((eb) => ({ revoked_at: eb.fn.coalesce("revoked_at", eb.val(now)) }))
    .where("id", "=", inviteId)
    .where("session_id", "=", sessionId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Those of the invites that let nobody in: expired, revoked or unknown. */
export async function listRefusedInvites(
  database: Database<Schema>,
  inviteIds: readonly string[],
  now: number,
): Promise<string[]> {
  const usable = await database
    .selectFrom("invites")
    .select("id")
    .where("id", "=", sql<string>`ANY(${inviteIds}::uuid[])`)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", now)
    .execute();
  const known = new Set(usable.map((invite) => invite.id));
  return inviteIds.filter((inviteId) => !known.has(inviteId.toLowerCase()));
}

export async function findGuest(database: Database<Schema>, participantId: string): Promise<GuestRow | undefined> {
  return database.selectFrom("guests").selectAll().where("participant_id", "=", participantId).executeTakeFirst();
}

export async function insertGuest(
  trx: Transaction<Schema>,
  { invite, name, now }: { invite: InviteRow; name: string; now: number },
): Promise<GuestRow> {
  return trx
    .insertInto("guests")
    .values({
      participant_id: randomUUID(),
      session_id: invite.session_id,
      role: invite.role,
      invite_id: invite.id,
      name,
      created_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A guest came again: by which invite, and under which name. */
export async function updateGuest(
  trx: Transaction<Schema>,
  participantId: string,
  { inviteId, name }: { inviteId: string; name: string },
): Promise<GuestRow> {
  return trx
    .updateTable("guests")
    .set({ invite_id: inviteId, name })
    .where("participant_id", "=", participantId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export function toInvite(row: InviteRow): Invite {
  return {
    inviteId: row.id,
    sessionId: row.session_id,
    role: row.role,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
