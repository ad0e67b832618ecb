import { storableText } from "@greenroom/shared/ot/utf16.ts";
import type { UpFrameOf } from "@greenroom/shared/protocol/up.ts";
import { type FrameContext, inTurn, requireLive } from "./refusal.ts";

/** [F1, F2] */
export async function addFile(context: FrameContext, frame: UpFrameOf<"file.add">): Promise<void> {
  requireLive(context, "edit");
  const { room, connection } = context;
  await inTurn(connection.budget.opening);
  const { documentId, path } = frame;
  await room.files.add({ documentId, path, text: storableText(frame.text) }, connection.participant.id);
}

/** [F2, F3] */
export async function renameFile(context: FrameContext, frame: UpFrameOf<"file.rename">): Promise<void> {
  requireLive(context, "edit");
  const { room, connection } = context;
  await inTurn(connection.budget.opening);
  await room.files.rename(frame.documentId, frame.path, connection.participant.id);
}

/** [F3] */
export async function deleteFile(context: FrameContext, frame: UpFrameOf<"file.delete">): Promise<void> {
  requireLive(context, "edit");
  const { room, connection } = context;
  await inTurn(connection.budget.opening);
  await room.files.delete(frame.documentId, connection.participant.id);
}
