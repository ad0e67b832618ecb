import { storableText } from "@greenroom/shared/ot/utf16.ts";
import { codePointLength } from "@greenroom/shared/ot/text-operation.ts";
import { maxMessageCharacters } from "@greenroom/shared/protocol/chat.ts";
import type { UpFrameOf } from "@greenroom/shared/protocol/up.ts";
import { type FrameContext, inTurn, Refusal, requireLive } from "./refusal.ts";

/** [M1] */
export async function sayInChat(context: FrameContext, frame: UpFrameOf<"chat.send">): Promise<void> {
  const { room, connection } = context;
  const participantId = connection.participant.id;
  const sayer = room.chat.sayerOf(frame.messageId);
  if (sayer === participantId) return await tellAgain(context, frame.messageId);
  requireLive(context, "chat");
  const text = storableText(frame.text).trim();
  if (text === "" || codePointLength(text) > maxMessageCharacters)
    throw new Refusal("bad-message", `A message has 1 to ${maxMessageCharacters} characters.`);
  if (sayer !== undefined) throw new Refusal("bad-message", "The message's id is another participant's.");
  if (connection.budget.messages.take() > 0)
    throw new Refusal("rate-limited", "So many messages cannot be read by anybody.");
  await room.chat.say({ messageId: frame.messageId, participantId, text });
}

/** One on its way is told when it is committed; an old one is read from the log, which costs what opening a document does. */
async function tellAgain({ room, connection }: FrameContext, messageId: string): Promise<void> {
  if (room.chat.isOld(messageId)) await inTurn(connection.budget.opening);
  const message = await room.chat.find(messageId);
  if (message) connection.send({ type: "chat", ...message });
}

/** [P4] */
export function lookAt(context: FrameContext, frame: UpFrameOf<"view">): undefined {
  requireLive(context, "read");
  const { room, connection } = context;
  if (!room.files.has(frame.documentId)) throw new Refusal("unknown-document", "There is no such document.");
  requireGesture(context);
  room.presence.view(connection.participant.id, frame.documentId);
}

/** [P4] */
export function goAway(context: FrameContext, frame: UpFrameOf<"tab">): undefined {
  requireLive(context, "read");
  const { room, connection } = context;
  requireGesture(context);
  connection.isAway = frame.away;
  room.presence.lookAgain(connection.participant.id);
}

/** [P5] */
export function noteDownPaste(context: FrameContext, { documentId, characters }: UpFrameOf<"paste">): undefined {
  requireLive(context, "edit");
  const { room, connection } = context;
  if (!room.files.has(documentId)) throw new Refusal("unknown-document", "There is no such document.");
  requireGesture(context);
  room.events.push({ kind: "paste", participantId: connection.participant.id, body: { documentId, characters } });
}

function requireGesture({ room, connection }: FrameContext): void {
  if (room.events.isFull || connection.budget.gestures.take() > 0)
    throw new Refusal("rate-limited", "More of this than hands can do.");
}
