import { Type, type Static } from "typebox";
import { CaseResult } from "../jobs/run-result.ts";
import { OutputChunk } from "../jobs/run-stream.ts";
import { LanguageId } from "../languages.ts";
import { ChatMessage } from "../protocol/chat.ts";
import { SessionPhase } from "../protocol/connect.ts";
import { RunSummary } from "../protocol/run.ts";
import { Role } from "../roles.ts";

export { ChatMessage };

const Id = Type.String({ format: "uuid" });
const Count = Type.Integer({ minimum: 0 });
const orNull = <T extends Parameters<typeof Type.Array>[0]>(schema: T) => Type.Union([schema, Type.Null()]);

/** Somebody who is or was in the session. */
export const LoggedParticipant = Type.Object({
  name: Type.String(),
  role: Role,
  /** Index into the palette of the web app. */
  color: Count,
  connected: Type.Boolean(),
  removed: Type.Boolean(),
  /** Their page of the room is out of their sight. */
  away: Type.Boolean(),
  /** The document that they look at. */
  viewing: orNull(Id),
});
export type LoggedParticipant = Static<typeof LoggedParticipant>;

export const LoggedDocument = Type.Object({
  language: LanguageId,
  problemId: orNull(Id),
  path: Type.String(),
  text: Type.String(),
  revision: Count,
  /** A deleted one can be read, and not be written. */
  deleted: Type.Boolean(),
});
export type LoggedDocument = Static<typeof LoggedDocument>;

export const LoggedRun = Type.Object({
  run: RunSummary,
  chunks: Type.Array(OutputChunk),
  cases: Type.Array(CaseResult),
});
export type LoggedRun = Static<typeof LoggedRun>;

/** Everything that a room shows: what its log comes to at one event. Plain data, so that it can be stored and sent. */
export const SessionState = Type.Object({
  /** Of the last event in it; 0 before the first. */
  number: Count,
  at: Count,
  title: Type.String(),
  phase: SessionPhase,
  desk: orNull(
    Type.Object({
      language: LanguageId,
      documentId: Id,
      problem: orNull(Type.Object({ problemId: Id, version: Count })),
    }),
  ),
  participants: Type.Record(Type.String(), LoggedParticipant),
  documents: Type.Record(Type.String(), LoggedDocument),
  /** Oldest first. */
  runs: Type.Array(LoggedRun),
  chat: Type.Array(ChatMessage),
  /** By participant: where their carets were, carried over what was written since. */
  carets: Type.Record(
    Type.String(),
    Type.Object({ documentId: Id, selections: Type.Array(Type.Object({ anchor: Count, head: Count })) }),
  ),
});
export type SessionState = Static<typeof SessionState>;

export const emptyState: SessionState = {
  number: 0,
  at: 0,
  title: "",
  phase: "live",
  desk: null,
  participants: {},
  documents: {},
  runs: [],
  chat: [],
  carets: {},
};
