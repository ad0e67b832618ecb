import type { User, UserRole } from "@greenroom/shared/api/auth-routes.ts";
import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import { type Selectable, sql } from "kysely";
import type { Schema, UsersTable } from "./db/schema.ts";

export type UserRow = Selectable<UsersTable>;

/** Any number that nothing else locks: whoever holds it may decide by how many users or administrators there are. */
const userCensusLock = 7_203_001;

/** Until the transaction ends, nobody else registers, is disabled or changes role. */
export async function lockUserCensus(trx: Transaction<Schema>): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${userCensusLock})`.execute(trx);
}

export async function anyUserExists(database: Database<Schema>): Promise<boolean> {
  return (await database.selectFrom("users").select("id").limit(1).executeTakeFirst()) !== undefined;
}

/** The new user, or undefined when the e-mail address has an account. */
export async function insertUser(trx: Transaction<Schema>, user: UserRow): Promise<UserRow | undefined> {
  return trx
    .insertInto("users")
    .values(user)
    .onConflict((conflict) => conflict.column("email").doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function findUserByEmail(database: Database<Schema>, email: string): Promise<UserRow | undefined> {
  return database.selectFrom("users").selectAll().where("email", "=", email).executeTakeFirst();
}

export async function findUser(database: Database<Schema>, userId: string): Promise<UserRow | undefined> {
  return database.selectFrom("users").selectAll().where("id", "=", userId).executeTakeFirst();
}

/** Oldest first. */
export async function listUsers(database: Database<Schema>): Promise<UserRow[]> {
  return database.selectFrom("users").selectAll().orderBy("created_at").orderBy("id").execute();
}

export async function countEnabledAdmins(trx: Transaction<Schema>): Promise<number> {
  const { count } = await trx
    .selectFrom("users")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("role", "=", "admin")
    .where("disabled", "=", false)
    .executeTakeFirstOrThrow();
  return count;
}

/** The user as it is afterwards; an update that changes nothing is one too. */
export async function updateUser(
  trx: Transaction<Schema>,
  userId: string,
  change: { role: UserRole; disabled: boolean },
): Promise<UserRow> {
  return trx.updateTable("users").set(change).where("id", "=", userId).returningAll().executeTakeFirstOrThrow();
}

/** Those of the users who may not be let in: disabled or unknown. */
export async function listRefusedUsers(database: Database<Schema>, userIds: readonly string[]): Promise<string[]> {
  const enabled = await database
    .selectFrom("users")
    .select("id")
    .where("id", "=", sql<string>`ANY(${userIds}::uuid[])`)
    .where("disabled", "=", false)
    .execute();
  const known = new Set(enabled.map((user) => user.id));
  return userIds.filter((userId) => !known.has(userId.toLowerCase()));
}

export function toUser(row: UserRow): User {
  return {
    userId: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    disabled: row.disabled,
    createdAt: row.created_at,
  };
}
