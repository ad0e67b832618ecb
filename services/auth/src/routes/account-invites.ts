import { createAccountInvite, listAccountInvites, revokeAccountInvite } from "@greenroom/shared/api/auth-routes.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import * as accountInvites from "../account-invite-repository.ts";
import { getActiveAdmin } from "../active-user.ts";
import type { Context } from "../context.ts";
import { newSecret } from "../secret.ts";

export function addAccountInviteRoutes({ server, guards, database, settings, logger, now }: Context): void {
  addRoute(server, guards, createAccountInvite, async ({ claims }) => {
    const admin = await getActiveAdmin(database, claims);
    const secret = newSecret();
    const row = await accountInvites.insertAccountInvite(database, { secret, createdBy: admin.id, now: now() });
    logger.info({ accountInviteId: row.id, by: admin.id }, "Account invite made");
    const url = new URL(`/register/${secret}`, settings.PUBLIC_URL).href;
    return { accountInvite: accountInvites.toAccountInvite(row), url };
  });

  addRoute(server, guards, listAccountInvites, async ({ claims }) => {
    await getActiveAdmin(database, claims);
    const rows = await accountInvites.listAccountInvites(database, now());
    return { accountInvites: rows.map(accountInvites.toAccountInvite) };
  });

  addRoute(server, guards, revokeAccountInvite, async ({ claims, params: { accountInviteId } }) => {
    const admin = await getActiveAdmin(database, claims);
    if (!(await accountInvites.deleteAccountInvite(database, accountInviteId)))
      throw new ApiError("not-found", "There is no such account invite.");
    logger.info({ accountInviteId, by: admin.id }, "Account invite revoked");
    return null;
  });
}
