import { Type, type Static } from "typebox";

const Id = Type.String({ format: "uuid" });

/** Unicode code points of one message. [M1] */
export const maxMessageCharacters = 4_000;

/** Up: say this to everybody. `messageId` is the sender's choice: sent again, it is the same message. [M1] */
export const SendChat = Type.Object({
  type: Type.Literal("chat.send"),
  messageId: Id,
  // Twice as many UTF-16 units: code points are counted by the server.
  text: Type.String({ minLength: 1, maxLength: 2 * maxMessageCharacters }),
});

export const ChatMessage = Type.Object({
  messageId: Id,
  participantId: Id,
  at: Type.Integer({ minimum: 0 }),
  text: Type.String(),
});
export type ChatMessage = Static<typeof ChatMessage>;

/** Down, to everybody, once it is committed. [M1] */
export const ChatSaid = Type.Object({ type: Type.Literal("chat"), ...ChatMessage.properties });
