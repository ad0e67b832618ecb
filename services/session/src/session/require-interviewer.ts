import type { AccessClaims } from "@greenroom/shared/api/access.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import { type Action, can, type Role } from "@greenroom/shared/roles.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { listParticipants } from "../participant/participant-repository.ts";
import { getSession, type SessionRow } from "./session-repository.ts";

/** Which role a user of the company has in a session they need no invite for. */
export function roleOfUser(session: SessionRow, user: { sub: string; role: "admin" | "member" }): Role {
  return user.sub === session.created_by || user.role === "admin" ? "interviewer" : "observer";
}

/** The session, for whoever may do the action in it over HTTP; throws "not-allowed" for everybody else. */
export async function requireInterviewer(
  db: Database<SessionDatabase>,
  sessionId: string,
  claims: AccessClaims,
  action: Action,
): Promise<SessionRow> {
  const refused = new ApiError("not-allowed", "Your role does not let you do this.");
  if (claims.kind === "guest" && claims.sessionId !== sessionId) throw refused;
  const session = await getSession(db, sessionId);
  const role = claims.kind === "guest" ? claims.role : roleOfUser(session, claims);
  if (!can(role, action)) throw refused;
  if (claims.kind === "guest") {
    const participants = await listParticipants(db, sessionId);
    if (participants.some(({ id, removed_at: removedAt }) => id === claims.sub && removedAt)) throw refused;
  }
  return session;
}
