import { logout } from "@greenroom/shared/api/auth-routes.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import { userCookie } from "../cookies.ts";
import type { Context } from "../context.ts";
import { lockRefreshToken, revokeFamily } from "../refresh-token-repository.ts";

export function addLogoutRoute({ server, guards, database, cookies, logger, now }: Context): void {
  addRoute(server, guards, logout, async ({ request, reply }) => {
    const token = cookies.read(request, userCookie);
    cookies.clear(reply, userCookie);
    if (!token) return null;
    await database.transaction().execute(async (trx) => {
      const presented = await lockRefreshToken(trx, { token, now: now() });
      if (presented.state === "unknown") return;
      await revokeFamily(trx, presented.familyId, now());
      logger.info({ familyId: presented.familyId }, "User logged out");
    });
    return null;
  });
}
