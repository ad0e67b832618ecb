import { randomUUID } from "node:crypto";
import type { AccountInvite } from "@greenroom/shared/api/auth-routes.ts";
import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import type { Selectable } from "kysely";
import type { AccountInvitesTable, Schema } from "./db/schema.ts";
import { hashSecret } from "./secret.ts";

export type AccountInviteRow = Selectable<AccountInvitesTable>;

/** A week: colleagues are on holiday, and the link makes an account. */
const lifeMs = 7 * 24 * 3_600_000;

export async function insertAccountInvite(
  database: Database<Schema>,
  { secret, createdBy, now }: { secret: string; createdBy: string; now: number },
): Promise<AccountInviteRow> {
  return database
    .insertInto("account_invites")
    .values({
      id: randomUUID(),
      secret_hash: hashSecret(secret),
      created_by: createdBy,
      created_at: now,
      expires_at: now + lifeMs,
      used_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Newest first. */
export async function listAccountInvites(database: Database<Schema>, now: number): Promise<AccountInviteRow[]> {
  return database
    .selectFrom("account_invites")
    .selectAll()
    .where("expires_at", ">", now)
    .orderBy("created_at", "desc")
    .orderBy("id")
    .execute();
}

/** Locked until the transaction ends, so that only one can use it. */
export async function lockAccountInvite(
  trx: Transaction<Schema>,
  secret: string,
): Promise<AccountInviteRow | undefined> {
  return trx
    .selectFrom("account_invites")
    .selectAll()
    .where("secret_hash", "=", hashSecret(secret))
    .forUpdate()
    .executeTakeFirst();
}

export async function markAccountInviteUsed(trx: Transaction<Schema>, id: string, now: number): Promise<void> {
  await trx.updateTable("account_invites").set({ used_at: now }).where("id", "=", id).execute();
}

/** False when there is none. */
export async function deleteAccountInvite(database: Database<Schema>, id: string): Promise<boolean> {
  const { numDeletedRows } = await database.deleteFrom("account_invites").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

export function toAccountInvite(row: AccountInviteRow): AccountInvite {
  return { accountInviteId: row.id, createdAt: row.created_at, expiresAt: row.expires_at, usedAt: row.used_at };
}
