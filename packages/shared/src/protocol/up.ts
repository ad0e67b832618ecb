import { Type, type Static } from "typebox";
import { EndSession, Ping, RemoveParticipant, RenewAccess } from "./connect.ts";
import { ChangeLanguage, OpenDocument, SendOperation } from "./document.ts";
import { SendPresence } from "./presence.ts";
import { ShowProblem } from "./problem.ts";
import { OrderRun, StartRun } from "./run.ts";

/** Every frame a client may send. */
export const UpFrame = Type.Union([
  RenewAccess,
  Ping,
  OpenDocument,
  SendOperation,
  ChangeLanguage,
  SendPresence,
  StartRun,
  OrderRun,
  ShowProblem,
  EndSession,
  RemoveParticipant,
]);
export type UpFrame = Static<typeof UpFrame>;
export type UpFrameOf<T extends UpFrame["type"]> = Extract<UpFrame, { type: T }>;
