import { randomUUID } from "node:crypto";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { ApiKey } from "@greenroom/shared/api/key-routes.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import { type Selectable, sql } from "kysely";
import type { ApiKeysTable, Schema } from "./db/schema.ts";

type Row = Selectable<ApiKeysTable> & { created_by_name: string };

/** That a key was used is written down at most this often: a judge may be asked a hundred times a second. */
const notedEveryMs = 60_000;

export type Bounds = Pick<ApiKey, "name" | "runsPerMinute" | "runsPerDay" | "runsAtOnce">;

function toApiKey(row: Row): ApiKey {
  return {
    keyId: row.id,
    name: row.name,
    runsPerMinute: row.runs_per_minute,
    runsPerDay: row.runs_per_day,
    runsAtOnce: row.runs_at_once,
    hint: row.hint,
    createdBy: { userId: row.created_by, name: row.created_by_name },
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}

function withMaker(database: Database<Schema>) {
  return database
    .selectFrom("api_keys")
    .innerJoin("users", "users.id", "api_keys.created_by")
    .selectAll("api_keys")
    .select("users.name as created_by_name");
}

/** Newest first, revoked ones too. */
export async function listApiKeys(database: Database<Schema>): Promise<ApiKey[]> {
  const rows = await withMaker(database).orderBy("api_keys.created_at", "desc").orderBy("api_keys.id").execute();
  return rows.map(toApiKey);
}

async function getApiKey(database: Database<Schema>, keyId: string): Promise<ApiKey> {
  const row = await withMaker(database).where("api_keys.id", "=", keyId).executeTakeFirst();
  if (!row) throw new ApiError("not-found", "There is no such key.");
  return toApiKey(row);
}

export async function insertApiKey(
  database: Database<Schema>,
  key: Bounds & { hash: string; hint: string; createdBy: string; now: number },
): Promise<ApiKey> {
  const id = randomUUID();
  await database
    .insertInto("api_keys")
    .values({
      id,
      name: key.name,
      key_hash: key.hash,
      hint: key.hint,
      runs_per_minute: key.runsPerMinute,
      runs_per_day: key.runsPerDay,
      runs_at_once: key.runsAtOnce,
      created_by: key.createdBy,
      created_at: key.now,
      last_used_at: null,
      revoked_at: null,
    })
    .execute();
  return await getApiKey(database, id);
}

/** The key as it is afterwards. One that was revoked is changed no more. */
export async function updateApiKey(
  database: Database<Schema>,
  keyId: string,
  { name, runsPerMinute, runsPerDay, runsAtOnce }: Partial<Bounds>,
): Promise<ApiKey> {
  const { numUpdatedRows } = await database
    .updateTable("api_keys")
    // Kysely leaves out what is undefined; the id is there for a change of nothing.
    .set({ id: keyId, name, runs_per_minute: runsPerMinute, runs_per_day: runsPerDay, runs_at_once: runsAtOnce })
    .where("id", "=", keyId)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new ApiError("not-found", "There is no such key, or it was revoked.");
  return await getApiKey(database, keyId);
}

/** Revoking it again changes nothing. */
export async function revokeApiKey(database: Database<Schema>, keyId: string, now: number): Promise<void> {
  await getApiKey(database, keyId);
  await database
    .updateTable("api_keys")
    .set({ revoked_at: now })
    .where("id", "=", keyId)
    .where("revoked_at", "is", null)
    .execute();
}

/** The key with this hash, unless it was revoked; that it was used is noted. */
export async function useApiKey(database: Database<Schema>, hash: string, now: number): Promise<ApiKey | undefined> {
  const row = await withMaker(database).where("key_hash", "=", hash).where("revoked_at", "is", null).executeTakeFirst();
  if (!row) return undefined;
  await database
    .updateTable("api_keys")
    .set({ last_used_at: now })
    .where("id", "=", row.id)
    .where(sql<boolean>`coalesce(last_used_at, 0) < ${now - notedEveryMs}`)
    .execute();
  return toApiKey(row);
}
