import { Type, type Static } from "typebox";
import { AccessClaims } from "./access.ts";
import { ApiKey } from "./key-routes.ts";
import { Role } from "../roles.ts";
import { defineRoute } from "./route.ts";
import { Invite } from "./session-routes.ts";

const Id = Type.String({ format: "uuid" });

/**
 * What services answer to other services alone: they send `authorization: Service <SERVICE_SECRET>`, and the
 * gateway routes nothing below /internal.
 */
export const internalCreateInvite = defineRoute({
  method: "POST",
  path: "/internal/invites",
  summary: "Make an invite for a session; the caller has checked that it may be made",
  access: "service",
  body: Type.Object({
    sessionId: Id,
    sessionTitle: Type.String({ maxLength: 120 }),
    role: Role,
    expiresInHours: Type.Integer({ minimum: 1, maximum: 24 * 14 }),
  }),
  response: Type.Object({ invite: Invite, url: Type.String() }),
  errors: [],
});

export const internalListInvites = defineRoute({
  method: "GET",
  path: "/internal/sessions/:sessionId/invites",
  summary: "A session's invites, newest first",
  access: "service",
  params: Type.Object({ sessionId: Id }),
  response: Type.Object({ invites: Type.Array(Invite) }),
  errors: [],
});

export const internalRevokeInvite = defineRoute({
  method: "DELETE",
  path: "/internal/sessions/:sessionId/invites/:inviteId",
  summary: "Revoke an invite; revoking it again changes nothing",
  access: "service",
  params: Type.Object({ sessionId: Id, inviteId: Id }),
  response: Type.Null(),
  errors: ["not-found"],
});

/** What somebody is in a session, or why they may not be in it: a close code's name. */
export const StandingInSession = Type.Union([
  Type.Object({
    role: Role,
    /** Whether they came into the room, and have a seat where their role needs one. */
    inRoom: Type.Boolean(),
  }),
  Type.Object({
    lost: Type.Union([
      Type.Literal("session-not-found"),
      Type.Literal("forbidden"),
      Type.Literal("session-ended"),
      Type.Literal("removed"),
      Type.Literal("revoked"),
    ]),
  }),
]);
export type StandingInSession = Static<typeof StandingInSession>;

/** Asked every two seconds by whoever holds open sockets: an event about a revocation may have been lost. */
export const internalStanding = defineRoute({
  method: "POST",
  path: "/internal/standing",
  summary: "Which of these users and invites no longer let anybody in (disabled, revoked or expired)",
  access: "service",
  body: Type.Object({ userIds: Type.Array(Id, { maxItems: 5000 }), inviteIds: Type.Array(Id, { maxItems: 5000 }) }),
  response: Type.Object({ userIds: Type.Array(Id), inviteIds: Type.Array(Id) }),
  errors: [],
});

/** Asked by the judge for each call with a key it has not seen lately. */
export const internalFindApiKey = defineRoute({
  method: "POST",
  path: "/internal/api-keys/find",
  summary: "The key with this SHA-256 (hexadecimal), unless it was revoked; notes that it was used",
  access: "service",
  body: Type.Object({ hash: Type.String({ pattern: "^[0-9a-f]{64}$" }) }),
  response: ApiKey,
  errors: ["not-found"],
});

/**
 * Asked by the media service when somebody comes into a call, and every two seconds of everybody who is in one: an event
 * about it may have been lost.
 */
export const internalStandingInSessions = defineRoute({
  method: "POST",
  path: "/internal/standing-in-sessions",
  summary: "What the bearers of these tokens are in these sessions now, in the same order",
  access: "service",
  body: Type.Object({
    bearers: Type.Array(Type.Object({ sessionId: Id, claims: AccessClaims }), { maxItems: 100 }),
    /**
     * Whether it is enough that somebody is connected to the room, with the same rights: sockets of a room are closed
     * within five seconds of losing them. Whoever holds sockets of their own asks again without it. [T4]
     */
    asRoomKnows: Type.Optional(Type.Boolean()),
  }),
  response: Type.Object({ standings: Type.Array(StandingInSession) }),
  errors: [],
});

/** Asked when a session has ended, and again until there is an answer. */
export const internalSignRecord = defineRoute({
  method: "POST",
  path: "/internal/records/sign",
  summary: "Sign the head of an ended session's log: a JWS (RFC 7515, compact, ES256) over exactly this body",
  access: "service",
  body: Type.Object({
    sessionId: Id,
    /** The newest event's number, and its link (SHA-256, hexadecimal). */
    number: Type.Integer({ minimum: 1 }),
    link: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    /** Milliseconds since the epoch. */
    endedAt: Type.Integer({ minimum: 0 }),
  }),
  response: Type.Object({ signature: Type.String() }),
  errors: [],
});

export const serviceRoutes = [
  internalCreateInvite,
  internalListInvites,
  internalRevokeInvite,
  internalStanding,
  internalStandingInSessions,
  internalFindApiKey,
  internalSignRecord,
] as const;
