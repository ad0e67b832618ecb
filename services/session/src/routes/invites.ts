import { ApiError } from "@greenroom/shared/api/error.ts";
import {
  internalCreateInvite,
  internalListInvites,
  internalRevokeInvite,
} from "@greenroom/shared/api/service-routes.ts";
import { createInvite, listInvites, revokeInvite } from "@greenroom/shared/api/session-routes.ts";
import { addRoute, type RouteGuards } from "@greenroom/shared/node/add-route.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { CallService } from "@greenroom/shared/node/service-client.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { requireInterviewer } from "../session/require-interviewer.ts";

/** Who may make an invite is decided here; the auth service makes and keeps it. */
export function addInviteRoutes(
  server: Server,
  deps: { db: Database<SessionDatabase>; guards: RouteGuards; callAuth: CallService },
): void {
  const { db, guards, callAuth } = deps;

  addRoute(server, guards, createInvite, async ({ params, body, claims }) => {
    const session = await requireInterviewer(db, params.sessionId, claims, "invite");
    if (session.ended_at) throw new ApiError("session-ended", "The session has ended; nobody can be invited to it.");
    return await callAuth(internalCreateInvite, {
      body: {
        sessionId: session.id,
        sessionTitle: session.title,
        role: body.role,
        expiresInHours: body.expiresInHours ?? 24,
      },
    });
  });

  addRoute(server, guards, listInvites, async ({ params, claims }) => {
    await requireInterviewer(db, params.sessionId, claims, "invite");
    return await callAuth(internalListInvites, { params });
  });

  addRoute(server, guards, revokeInvite, async ({ params, claims }) => {
    await requireInterviewer(db, params.sessionId, claims, "invite");
    return await callAuth(internalRevokeInvite, { params });
  });
}
