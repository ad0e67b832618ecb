import { changeUser, listUsers } from "@greenroom/shared/api/auth-routes.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { BodyOf } from "@greenroom/shared/api/route.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import type { Transaction } from "@greenroom/shared/node/database.ts";
import { getActiveAdmin } from "../active-user.ts";
import type { Context } from "../context.ts";
import type { Schema } from "../db/schema.ts";
import { revokeFamiliesOfUser } from "../refresh-token-repository.ts";
import { publishStanding } from "../standing.ts";
import * as users from "../user-repository.ts";

export function addUserRoutes(context: Context): void {
  const { server, guards, database, logger, now } = context;

  addRoute(server, guards, listUsers, async ({ claims }) => {
    await getActiveAdmin(database, claims);
    return { users: (await users.listUsers(database)).map(users.toUser) };
  });

  addRoute(server, guards, changeUser, async ({ claims, params: { userId }, body }) => {
    const user = await database.transaction().execute(async (trx) => {
      // Two administrators who disable each other at once come here one after the other.
      await users.lockUserCensus(trx);
      await getActiveAdmin(trx, claims);
      const { before, after } = await applyChange(trx, userId, body);
      // While disabled, a refresh is refused with the reason; enabled again, nobody is logged in by an old cookie.
      if (before.disabled && !after.disabled) await revokeFamiliesOfUser(trx, userId, now());
      return after;
    });
    logger.info({ userId, by: claims.sub, role: user.role, disabled: user.disabled }, "User changed");
    if (user.disabled) await publishStanding(context, { userIds: [userId] });
    return users.toUser(user);
  });
}

async function applyChange(
  trx: Transaction<Schema>,
  userId: string,
  body: BodyOf<typeof changeUser>,
): Promise<{ before: users.UserRow; after: users.UserRow }> {
  const before = await users.findUser(trx, userId);
  if (!before) throw new ApiError("not-found", "There is no such account.");
  const { role = before.role, disabled = before.disabled } = body;
  const after = await users.updateUser(trx, userId, { role, disabled });
  // Thrown inside the transaction, which takes the change back.
  if ((await users.countEnabledAdmins(trx)) === 0)
    throw new ApiError("last-admin", "This is the last administrator. Make somebody else one first.");
  return { before, after };
}
