import { Type, type Static } from "typebox";
import { SendChat } from "./chat.ts";
import { EndSession, Ping, RemoveParticipant, RenewAccess } from "./connect.ts";
import { ChangeLanguage, OpenDocument, SendOperation } from "./document.ts";
import { AddFile, DeleteFile, RenameFile } from "./file.ts";
import { SendPresence, TellAway, TellPaste, TellView } from "./presence.ts";
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
  SendChat,
  TellView,
  TellAway,
  TellPaste,
  AddFile,
  RenameFile,
  DeleteFile,
]);
export type UpFrame = Static<typeof UpFrame>;
export type UpFrameOf<T extends UpFrame["type"]> = Extract<UpFrame, { type: T }>;
