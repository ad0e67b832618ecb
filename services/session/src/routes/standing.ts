import { type AccessClaims, haveSameRights } from "@greenroom/shared/api/access.ts";
import {
  internalStanding,
  internalStandingInSessions,
  type StandingInSession,
} from "@greenroom/shared/api/service-routes.ts";
import { addRoute, type RouteGuards } from "@greenroom/shared/node/add-route.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { CallService } from "@greenroom/shared/node/service-client.ts";
import { takesSeat } from "@greenroom/shared/roles.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { listTheseParticipants, type ParticipantRow } from "../participant/participant-repository.ts";
import type { RoomRegistry } from "../room/room-registry.ts";
import { roleOfUser } from "../session/require-interviewer.ts";
import { listTheseSessions, type SessionRow } from "../session/session-repository.ts";

interface Bearer {
  readonly sessionId: string;
  readonly claims: AccessClaims;
}

interface StandingDeps {
  readonly db: Database<SessionDatabase>;
  readonly rooms: RoomRegistry;
  readonly guards: RouteGuards;
  readonly callAuth: CallService;
  readonly logger: Logger;
}

/** What somebody is in a session, for services that hold sockets of it and no database: the media service. */
export function addStandingRoute(server: Server, deps: StandingDeps): void {
  addRoute(server, deps.guards, internalStandingInSessions, async ({ body: { bearers, asRoomKnows = false } }) => {
    const connected = asRoomKnows ? bearers.map((bearer) => asConnected(deps.rooms, bearer)) : [];
    const others = bearers.filter((_bearer, index) => !connected[index]);
    const found = (others.length > 0 ? await findStandings(deps, others) : []).values();
    const standings = bearers.map((_bearer, index): StandingInSession => {
      // Of all who are not connected there is one in `found`, in their order.
      return connected[index] ?? found.next().value ?? { lost: "session-not-found" };
    });
    return { standings };
  });
}

/** Of somebody who is connected to a room of this process, who has it no staler than [T4] lets it be: nobody is asked. */
function asConnected(rooms: RoomRegistry, { sessionId, claims }: Bearer): StandingInSession | undefined {
  const room = rooms.find(sessionId);
  if (!room?.isLive) return undefined;
  const connection = room.connections.find((one) => one.isOpen && haveSameRights(one.claims, claims));
  return connection && { role: connection.participant.role, inRoom: true };
}

async function findStandings(
  { db, callAuth, logger }: StandingDeps,
  bearers: readonly Bearer[],
): Promise<StandingInSession[]> {
  const sessionIds = [...new Set(bearers.map(({ sessionId }) => sessionId))];
  const participantIds = [...new Set(bearers.map(({ claims }) => claims.sub))];
  const [sessions, participants, revoked] = await Promise.all([
    listTheseSessions(db, sessionIds),
    listTheseParticipants(db, { sessionIds, participantIds }),
    listRevoked(callAuth, bearers).catch((error: unknown) => {
      // As at the room's socket: while auth does not answer, a good token is believed.
      logger.warn({ err: error }, "The standing of participants cannot be asked for");
      return new Set<string>();
    }),
  ]);
  return bearers.map((bearer) => {
    if (revoked.has(rightOf(bearer.claims))) return { lost: "revoked" };
    const session = sessions.find(({ id }) => id === bearer.sessionId);
    const participant = participants.find(
      ({ session_id: sessionId, id }) => sessionId === bearer.sessionId && id === bearer.claims.sub,
    );
    return standingOf(bearer, session, participant);
  });
}

function standingOf(
  { sessionId, claims }: Bearer,
  session: SessionRow | undefined,
  participant: ParticipantRow | undefined,
): StandingInSession {
  if (!session) return { lost: "session-not-found" };
  if (claims.kind === "guest" && claims.sessionId !== sessionId) return { lost: "forbidden" };
  if (participant?.removed_at) return { lost: "removed" };
  if (session.ended_at) return { lost: "session-ended" };
  const role = claims.kind === "guest" ? claims.role : roleOfUser(session, claims);
  return { role, inRoom: participant !== undefined && (participant.seated || !takesSeat(role)) };
}

/** What of a bearer can be taken back: a user's account, a guest's invite. */
const rightOf = (claims: AccessClaims): string => (claims.kind === "user" ? claims.sub : claims.inviteId);

async function listRevoked(callAuth: CallService, bearers: readonly Bearer[]): Promise<Set<string>> {
  const claims = bearers.map((bearer) => bearer.claims);
  const rightsOf = (kind: AccessClaims["kind"]): string[] => [
    ...new Set(claims.filter((some) => some.kind === kind).map(rightOf)),
  ];
  const body = { userIds: rightsOf("user"), inviteIds: rightsOf("guest") };
  const { userIds, inviteIds } = await callAuth(internalStanding, { body });
  return new Set([...userIds, ...inviteIds]);
}
