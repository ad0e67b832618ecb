import { Type, type Static } from "typebox";
import { ChatSaid } from "./chat.ts";
import { Pong, SessionEnded, Welcome } from "./connect.ts";
import { DocumentOperations, DocumentSnapshot, LanguageChanged, OperationAck, OperationRefused } from "./document.ts";
import { ErrorFrame } from "./error.ts";
import { FilesChanged } from "./file.ts";
import { ParticipantsChanged, PresenceChanged } from "./presence.ts";
import { ProblemChanged } from "./problem.ts";
import { RunAvailabilityChanged, RunCases, RunChanged, RunOutput } from "./run.ts";

/** Every frame a server may send. */
export const DownFrame = Type.Union([
  Welcome,
  Pong,
  ErrorFrame,
  DocumentSnapshot,
  DocumentOperations,
  OperationAck,
  OperationRefused,
  LanguageChanged,
  PresenceChanged,
  ParticipantsChanged,
  RunChanged,
  RunOutput,
  RunCases,
  ProblemChanged,
  RunAvailabilityChanged,
  SessionEnded,
  ChatSaid,
  FilesChanged,
]);
export type DownFrame = Static<typeof DownFrame>;
export type DownFrameOf<T extends DownFrame["type"]> = Extract<DownFrame, { type: T }>;
