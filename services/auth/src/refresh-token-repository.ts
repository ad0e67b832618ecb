import { randomUUID } from "node:crypto";
import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import type { Schema } from "./db/schema.ts";
import { hashSecret } from "./secret.ts";

/** A log-in ends after 30 days, however often it was refreshed. */
export const familyLifeMs = 30 * 24 * 3_600_000;

/** Two tabs that refresh at once, or a reload that lost the answer: a token just rotated is good for so long still. */
export const graceMs = 10_000;

/** Whose log-in it is. */
export type Owner = { readonly userId: string } | { readonly participantId: string };

/** What a token that somebody presents turns out to be. */
export type Presented =
  /** No token of ours, or one of a log-in that has ended. */
  | { readonly state: "unknown" }
  /** Rotated before: two bear it, and one of them stole it. */
  | { readonly state: "reused"; readonly familyId: string }
  | {
      readonly state: "current" | "just-rotated";
      readonly familyId: string;
      readonly userId: string | null;
      readonly participantId: string | null;
      readonly expiresAt: number;
    };

interface Moment {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Begins a log-in with its first refresh token, and answers when it ends. */
export async function startFamily(trx: Transaction<Schema>, owner: Owner, { token, now }: Moment): Promise<number> {
  const id = randomUUID();
  const expires_at = now + familyLifeMs;
  const user_id = "userId" in owner ? owner.userId : null;
  const participant_id = "participantId" in owner ? owner.participantId : null;
  await trx
    .insertInto("refresh_families")
    .values({ id, user_id, participant_id, created_at: now, expires_at, revoked_at: null })
    .execute();
  await insertToken(trx, id, { token, now });
  return expires_at;
}

/** Looks a token up and keeps its whole family locked until the transaction ends: of two who present one, one waits. */
export async function lockRefreshToken(trx: Transaction<Schema>, { token, now }: Moment): Promise<Presented> {
  const tokenHash = hashSecret(token);
  // First the lock, then a look: a statement that waited for a lock would still see the rows beside it as they were.
  await trx
    .selectFrom("refresh_families")
    .select("id")
    .where("id", "=", (eb) => eb.selectFrom("refresh_tokens").select("family_id").where("token_hash", "=", tokenHash))
    .forUpdate()
    .execute();
  return findRefreshToken(trx, { token, now });
}

/** Looks a token up without using it. */
export async function findRefreshToken(database: Database<Schema>, { token, now }: Moment): Promise<Presented> {
  const row = await database
    .selectFrom("refresh_tokens")
    .innerJoin("refresh_families", "refresh_families.id", "refresh_tokens.family_id")
    .select(["family_id", "rotated_at", "user_id", "participant_id", "expires_at"])
    .where("token_hash", "=", hashSecret(token))
    .where("revoked_at", "is", null)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  if (!row) return { state: "unknown" };
  if (row.rotated_at !== null && now > row.rotated_at + graceMs) return { state: "reused", familyId: row.family_id };
  return {
    state: row.rotated_at === null ? "current" : "just-rotated",
    familyId: row.family_id,
    userId: row.user_id,
    participantId: row.participant_id,
    expiresAt: row.expires_at,
  };
}

/**
 * Puts the successor in the place of a presented token. For one that was just rotated the successor is in place
 * already; false when even that has been rotated since, so that the bearer has a newer one to keep.
 */
export async function rotateRefreshToken(
  trx: Transaction<Schema>,
  presented: Presented & { state: "current" | "just-rotated" },
  { token, successor, now }: Moment & { successor: string },
): Promise<boolean> {
  if (presented.state === "just-rotated")
    return (await findRefreshToken(trx, { token: successor, now })).state === "current";
  await trx
    .updateTable("refresh_tokens")
    .set({ rotated_at: now })
    .where("token_hash", "=", hashSecret(token))
    .execute();
  await insertToken(trx, presented.familyId, { token: successor, now });
  return true;
}

export async function revokeFamily(trx: Transaction<Schema>, familyId: string, now: number): Promise<void> {
  await trx
    .updateTable("refresh_families")
    .set({ revoked_at: now })
    .where("id", "=", familyId)
    .where("revoked_at", "is", null)
    .execute();
}

/** Ends every log-in of a user. */
export async function revokeFamiliesOfUser(trx: Transaction<Schema>, userId: string, now: number): Promise<void> {
  await trx
    .updateTable("refresh_families")
    .set({ revoked_at: now })
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .execute();
}

/** Removes log-ins that have ended by themselves, with all their tokens; answers how many. */
export async function deleteEndedFamilies(database: Database<Schema>, now: number): Promise<number> {
  const { numDeletedRows } = await database
    .deleteFrom("refresh_families")
    .where("expires_at", "<=", now)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function insertToken(trx: Transaction<Schema>, familyId: string, { token, now }: Moment): Promise<void> {
  await trx
    .insertInto("refresh_tokens")
    .values({ token_hash: hashSecret(token), family_id: familyId, created_at: now, rotated_at: null })
    .execute();
}
