import { ApiError } from "@greenroom/shared/api/error.ts";
import * as routes from "@greenroom/shared/api/service-routes.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import type { Context } from "../context.ts";
import * as invites from "../invite-repository.ts";
import { newSecret } from "../secret.ts";
import { publishStanding } from "../standing.ts";
import { listRefusedUsers } from "../user-repository.ts";

const hourMs = 3_600_000;

/** Five thousand ids of users and as many of invites, as JSON, are 390 kB. */
const standingBodyLimit = 512 * 1024;

/** What other services ask for; the gateway routes nothing of it. */
export function addInternalRoutes(context: Context): void {
  const { server, guards, database, settings, tokens, logger, now } = context;
  server.addHook("onRoute", (route) => {
    if (route.url === routes.internalStanding.path) route.bodyLimit = standingBodyLimit;
  });

  addRoute(server, guards, routes.internalCreateInvite, async ({ body }) => {
    const { sessionId, sessionTitle, role, expiresInHours } = body;
    const secret = newSecret();
    const createdAt = now();
    const expiresAt = createdAt + expiresInHours * hourMs;
    const row = await invites.insertInvite(database, {
      secret,
      sessionId,
      sessionTitle,
      role,
      now: createdAt,
      expiresAt,
    });
    logger.info({ inviteId: row.id, sessionId, role }, "Invite made");
    return { invite: invites.toInvite(row), url: new URL(`/join/${secret}`, settings.PUBLIC_URL).href };
  });

  addRoute(server, guards, routes.internalListInvites, async ({ params: { sessionId } }) => ({
    invites: (await invites.listInvites(database, sessionId)).map(invites.toInvite),
  }));

  addRoute(server, guards, routes.internalRevokeInvite, async ({ params: { sessionId, inviteId } }) => {
    if (!(await invites.revokeInvite(database, { sessionId, inviteId, now: now() })))
      throw new ApiError("not-found", "The session has no such invite.");
    logger.info({ inviteId, sessionId }, "Invite revoked");
    await publishStanding(context, { inviteIds: [inviteId] });
    return null;
  });

  addRoute(server, guards, routes.internalSignRecord, async ({ body }) => {
    const { sessionId, number, link, endedAt } = body;
    logger.info({ sessionId, number }, "Record signed");
    return { signature: tokens.signRecord({ sessionId, number, link, endedAt }) };
  });

  addRoute(server, guards, routes.internalStanding, async ({ body }) => ({
    userIds: await listRefusedUsers(database, body.userIds),
    inviteIds: await invites.listRefusedInvites(database, body.inviteIds, now()),
  }));
}
