import type { UserClaims } from "@greenroom/shared/api/access.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Schema } from "./db/schema.ts";
import { findUser, type UserRow } from "./user-repository.ts";

/** The account behind an access token as it is now: the token may be minutes older. */
export async function getActiveUser(database: Database<Schema>, claims: UserClaims): Promise<UserRow> {
  const user = await findUser(database, claims.sub);
  if (!user) throw new ApiError("unauthenticated", "There is no such account any more.");
  if (user.disabled) throw new ApiError("account-disabled", "This account is disabled. Ask an administrator.");
  return user;
}

/** As getActiveUser, for what only administrators may do. */
export async function getActiveAdmin(database: Database<Schema>, claims: UserClaims): Promise<UserRow> {
  const user = await getActiveUser(database, claims);
  if (user.role !== "admin") throw new ApiError("not-allowed", "Only administrators may do this.");
  return user;
}
