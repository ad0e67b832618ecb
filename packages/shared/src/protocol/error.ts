import { Type, type Static } from "typebox";

/** Every code an `error` frame can carry; PROTOCOL.md says what each means and what a client does. [E1] */
export const FrameErrorCode = Type.Union([
  Type.Literal("malformed-frame"),
  Type.Literal("not-allowed"),
  Type.Literal("session-ended"),
  Type.Literal("unknown-document"),
  Type.Literal("unknown-run"),
  Type.Literal("run-in-progress"),
  Type.Literal("run-unavailable"),
  Type.Literal("queue-full"),
  Type.Literal("unknown-problem"),
  Type.Literal("source-too-large"),
  Type.Literal("rate-limited"),
  Type.Literal("unauthenticated"),
  Type.Literal("bad-message"),
  Type.Literal("bad-path"),
  Type.Literal("path-taken"),
  Type.Literal("document-taken"),
  Type.Literal("document-too-large"),
  Type.Literal("too-many-files"),
  Type.Literal("entry-file"),
  Type.Literal("internal-error"),
]);
export type FrameErrorCode = Static<typeof FrameErrorCode>;

/** Down: something the receiver sent was refused; nothing was changed by it. */
export const ErrorFrame = Type.Object({
  type: Type.Literal("error"),
  code: FrameErrorCode,
  /** In words, for a developer; what people read is chosen by code. */
  message: Type.String(),
  /** The type of the refused frame, where it could be read. */
  refused: Type.Optional(Type.String()),
  /** The run it was about. */
  runId: Type.Optional(Type.String()),
  /** The document, or the message, that it was about. */
  documentId: Type.Optional(Type.String()),
  messageId: Type.Optional(Type.String()),
});
