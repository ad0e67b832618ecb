import { Type, type Static } from "typebox";
import { RunOutcome } from "../jobs/run-result.ts";
import { SessionEvent } from "../log/event.ts";
import { SessionState } from "../log/state.ts";
import { defineRoute } from "./route.ts";

const Id = Type.String({ format: "uuid" });
const Count = Type.Integer({ minimum: 0 });
const SessionParams = Type.Object({ sessionId: Id });

export const getHistory = defineRoute({
  method: "GET",
  path: "/api/sessions/:sessionId/history",
  summary: "Everything that the room showed after an event, or at an instant; now, when neither is given",
  access: "user",
  params: SessionParams,
  query: Type.Object({
    /** An event's number, or `at`, milliseconds since the epoch; not both. What is beyond the log's ends is its end. */
    number: Type.Optional(Count),
    at: Type.Optional(Count),
    /**
     * Which runs come with all that they were given and put out, megabytes each: the newest one unless it is asked for
     * otherwise. Of the others there is what they were and came to.
     */
    runs: Type.Optional(Type.Union([Type.Literal("newest"), Type.Literal("all"), Type.Literal("none")])),
  }),
  response: SessionState,
  errors: ["not-found", "bad-request"],
});

export const listEvents = defineRoute({
  method: "GET",
  path: "/api/sessions/:sessionId/events",
  summary: "The session's log, in order, page by page",
  access: "user",
  params: SessionParams,
  query: Type.Object({
    after: Type.Optional(Count),
    /** A page may be shorter: it ends where it would weigh more than 8 MiB. */
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000, default: 1_000 })),
  }),
  response: Type.Object({
    events: Type.Array(SessionEvent),
    /** The newest event's number. */
    head: Count,
  }),
  errors: ["not-found"],
});

/** Something that happened, worth a mark on a time line. */
export const Mark = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  at: Count,
  kind: Type.Union([
    Type.Literal("run"), // begins; `detail` is its id
    Type.Literal("joined"),
    Type.Literal("left"),
    Type.Literal("removed"), // `detail` is who was
    Type.Literal("away"),
    Type.Literal("back"),
    Type.Literal("paste"), // `detail` is how many code points
    Type.Literal("chat"),
    Type.Literal("desk"), // `detail` is the language
    Type.Literal("file"), // added, renamed or deleted; `detail` is its path
    Type.Literal("ended"),
  ]),
  participantId: Type.Union([Id, Type.Null()]),
  detail: Type.String(),
  /** Of a run that has ended, as its result has them. */
  outcome: Type.Optional(RunOutcome),
  cutOff: Type.Optional(Type.Literal(true)),
});
export type Mark = Static<typeof Mark>;

export const getTimeline = defineRoute({
  method: "GET",
  path: "/api/sessions/:sessionId/timeline",
  summary: "What a time line of the session shows: its marks, and who typed when",
  access: "user",
  params: SessionParams,
  response: Type.Object({
    /** The first event's instant and the last one's. */
    from: Count,
    until: Count,
    head: Count,
    marks: Type.Array(Mark),
    /** How many operations each made in each span of `spanMs`, counted from `from`; spans without any are left out. */
    spanMs: Type.Integer({ minimum: 1 }),
    typing: Type.Array(Type.Object({ span: Count, participantId: Id, operations: Type.Integer({ minimum: 1 }) })),
  }),
  errors: ["not-found"],
});

export const getProof = defineRoute({
  method: "GET",
  path: "/api/sessions/:sessionId/proof",
  summary: "The newest link of the log's chain of hashes, and its signature once the session has ended",
  access: "user",
  params: SessionParams,
  response: Type.Object({
    number: Count,
    /** SHA-256, in hex. */
    link: Type.String(),
    /** A JWS (RFC 7515, compact, ES256) of auth's, over { sessionId, number, link, endedAt }; null while the session is live. */
    signature: Type.Union([Type.String(), Type.Null()]),
  }),
  errors: ["not-found"],
});

export const historyRoutes = [getHistory, listEvents, getTimeline, getProof] as const;
