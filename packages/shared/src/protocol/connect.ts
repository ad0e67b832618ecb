import { Type } from "typebox";
import { OutputChunk } from "../jobs/run-stream.ts";
import { CaseResult } from "../jobs/run-result.ts";
import { LanguageId } from "../languages.ts";
import { ShownProblem } from "../problem/problem.ts";
import { ChatMessage } from "./chat.ts";
import { ProjectFiles } from "./file.ts";
import { RoomParticipant } from "./presence.ts";
import { RunAvailability, RunSummary } from "./run.ts";

const Id = Type.String({ format: "uuid" });

/** Up, before the access token expires: a newer one for the same bearer; without it the socket closes at expiry. [T4] */
export const RenewAccess = Type.Object({ type: Type.Literal("access"), accessToken: Type.String({ maxLength: 4096 }) });

/** Up: is anybody there? A browser cannot see protocol pings. */
export const Ping = Type.Object({ type: Type.Literal("ping") });
/** Down: at once after a `ping`. */
export const Pong = Type.Object({ type: Type.Literal("pong") });

export const SessionPhase = Type.Union([Type.Literal("live"), Type.Literal("ended")]);

/** Down, first on every socket: who you are and what the room is. [C1] */
export const Welcome = Type.Object({
  type: Type.Literal("welcome"),
  connectionId: Id,
  self: RoomParticipant,
  session: Type.Object({
    sessionId: Id,
    title: Type.String(),
    phase: SessionPhase,
    /** The room's current language and its document. */
    language: LanguageId,
    documentId: Id,
    /** The files of its project. [F4] */
    documents: ProjectFiles,
  }),
  participants: Type.Array(RoomParticipant),
  /** What the room works on, as this participant may see it. */
  problem: Type.Union([ShownProblem, Type.Null()]),
  /** The newest run, with all of its output and cases so far; null before the first. */
  run: Type.Union([
    Type.Object({ summary: RunSummary, chunks: Type.Array(OutputChunk), cases: Type.Array(CaseResult) }),
    Type.Null(),
  ]),
  runs: RunAvailability,
  /** What was said, newest last; not all of it when `more`. [M2] */
  chat: Type.Object({ messages: Type.Array(ChatMessage), more: Type.Boolean() }),
});

/** Up: the interview is over. [C3] */
export const EndSession = Type.Object({ type: Type.Literal("session.end") });

/** Down: the session is read-only from now on. [C3] */
export const SessionEnded = Type.Object({ type: Type.Literal("session.ended"), endedAt: Type.Integer() });

/** Up: take this participant out of the session; their sockets close with "removed". [C4] */
export const RemoveParticipant = Type.Object({ type: Type.Literal("participant.remove"), participantId: Id });
