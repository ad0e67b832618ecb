import { Type, type Static } from "typebox";
import { OutputChunk } from "../jobs/run-stream.ts";
import { LanguageId } from "../languages.ts";
import { SessionPhase } from "../protocol/connect.ts";
import { RunSummary } from "../protocol/run.ts";
import { Role } from "../roles.ts";
import { defineRoute } from "./route.ts";

const Id = Type.String({ format: "uuid" });
/** Milliseconds since the epoch. */
const Instant = Type.Integer({ minimum: 0 });
/** The last one that a Date can hold (ECMA-262 21.4.1.1). */
const latestInstant = 8_640_000_000_000_000;
const SessionParams = Type.Object({ sessionId: Id });

export const Session = Type.Object({
  sessionId: Id,
  title: Type.String(),
  phase: SessionPhase,
  language: LanguageId,
  createdBy: Type.Object({ userId: Id, name: Type.String() }),
  createdAt: Instant,
  endedAt: Type.Union([Instant, Type.Null()]),
});
export type Session = Static<typeof Session>;

/** A session in a list, with those who took part in it. */
export const SessionListItem = Type.Object({
  ...Session.properties,
  participants: Type.Array(Type.Object({ name: Type.String(), role: Role })),
});
export type SessionListItem = Static<typeof SessionListItem>;

/** Everything that stays of a session. */
export const SessionRecord = Type.Object({
  session: Session,
  participants: Type.Array(
    Type.Object({ participantId: Id, name: Type.String(), role: Role, color: Type.Integer(), joinedAt: Instant }),
  ),
  documents: Type.Array(
    Type.Object({
      documentId: Id,
      language: LanguageId,
      /** The problem it was written for; null when none was shown. */
      problemId: Type.Union([Id, Type.Null()]),
      revision: Type.Integer(),
      text: Type.String(),
    }),
  ),
  /** Newest first, at most 200. */
  runs: Type.Array(RunSummary),
});
export type SessionRecord = Static<typeof SessionRecord>;

export const Invite = Type.Object({
  inviteId: Id,
  sessionId: Id,
  role: Role,
  createdAt: Instant,
  expiresAt: Instant,
  revokedAt: Type.Union([Instant, Type.Null()]),
});
export type Invite = Static<typeof Invite>;

export const createSession = defineRoute({
  method: "POST",
  path: "/api/sessions",
  summary: "Make a session; its maker is an interviewer in it",
  access: "user",
  body: Type.Object({ title: Type.String({ minLength: 1, maxLength: 120 }), language: LanguageId }),
  response: Session,
  errors: [],
});

export const listSessions = defineRoute({
  method: "GET",
  path: "/api/sessions",
  summary: "The company's sessions, newest first",
  access: "user",
  query: Type.Object({
    phase: Type.Optional(SessionPhase),
    /** Only sessions created before this instant: pass the last one's createdAt for the next page. */
    before: Type.Optional(Type.Integer({ minimum: 0, maximum: latestInstant })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  }),
  response: Type.Object({ sessions: Type.Array(SessionListItem), more: Type.Boolean() }),
  errors: [],
});

export const getSessionRecord = defineRoute({
  method: "GET",
  path: "/api/sessions/:sessionId",
  summary: "A session with its documents and runs",
  access: "user",
  params: SessionParams,
  response: SessionRecord,
  errors: ["not-found"],
});

export const getRun = defineRoute({
  method: "GET",
  path: "/api/sessions/:sessionId/runs/:runId",
  summary: "A run with what ran and its output",
  access: "user",
  params: Type.Object({ sessionId: Id, runId: Id }),
  response: Type.Object({ summary: RunSummary, source: Type.String(), chunks: Type.Array(OutputChunk) }),
  errors: ["not-found"],
});

export const endSession = defineRoute({
  method: "POST",
  path: "/api/sessions/:sessionId/end",
  summary: "End a session: read-only at once for everybody",
  access: "any",
  params: SessionParams,
  response: Session,
  errors: ["not-found", "not-allowed"],
});

export const createInvite = defineRoute({
  method: "POST",
  path: "/api/sessions/:sessionId/invites",
  summary: "A link into the session in one role; the link is shown this once",
  access: "any",
  params: SessionParams,
  body: Type.Object({
    role: Role,
    /** How long it can be used. */
    expiresInHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 * 14, default: 24 })),
  }),
  response: Type.Object({ invite: Invite, url: Type.String() }),
  errors: ["not-found", "not-allowed", "session-ended"],
});

export const listInvites = defineRoute({
  method: "GET",
  path: "/api/sessions/:sessionId/invites",
  summary: "A session's invites, newest first, without their secrets",
  access: "any",
  params: SessionParams,
  response: Type.Object({ invites: Type.Array(Invite) }),
  errors: ["not-found", "not-allowed"],
});

export const revokeInvite = defineRoute({
  method: "DELETE",
  path: "/api/sessions/:sessionId/invites/:inviteId",
  summary: "Take an invite back; whoever came by it leaves within five seconds",
  access: "any",
  params: Type.Object({ sessionId: Id, inviteId: Id }),
  response: Type.Null(),
  errors: ["not-found", "not-allowed"],
});

export const sessionRoutes = [
  createSession,
  listSessions,
  getSessionRecord,
  getRun,
  endSession,
  createInvite,
  listInvites,
  revokeInvite,
] as const;
