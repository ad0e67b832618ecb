import { Type, type Static } from "typebox";
import { LanguageId } from "../languages.ts";
import { ProjectFiles } from "./file.ts";

const Id = Type.String({ format: "uuid" });
const Revision = Type.Integer({ minimum: 0 });

/** On the wire an operation is only looked at as an array; `ot/validate-operation` decides whether it fits the text. [D2] */
export const WireOperation = Type.Array(Type.Union([Type.Number(), Type.String(), Type.Object({ d: Type.Number() })]));

/** Up: send me this document and keep me up to date. `since`: the revision I have, null for none. [D1] */
export const OpenDocument = Type.Object({
  type: Type.Literal("document.open"),
  documentId: Id,
  since: Type.Union([Revision, Type.Null()]),
});

/**
 * Up: one change. `revision` is the one the operation was made for; `clientId` names one running editor (a page, not a
 * person), and `seq` counts that editor's operations on this document from 1. One is in flight at a time. [D3, D4]
 */
export const SendOperation = Type.Object({
  type: Type.Literal("operation"),
  documentId: Id,
  clientId: Id,
  seq: Type.Integer({ minimum: 1 }),
  revision: Revision,
  operation: WireOperation,
});

/** Down: the whole document at a revision. */
export const DocumentSnapshot = Type.Object({
  type: Type.Literal("document.snapshot"),
  documentId: Id,
  language: LanguageId,
  revision: Revision,
  text: Type.String(),
});

/** One operation as it stands in history: it leads from `revision - 1` to `revision`. */
export const CommittedOperation = Type.Object({
  revision: Type.Integer({ minimum: 1 }),
  participantId: Id,
  clientId: Id,
  seq: Type.Integer({ minimum: 1 }),
  operation: WireOperation,
});
export type CommittedOperation = Static<typeof CommittedOperation>;

/** Down: operations in order and without a gap: the answer to `document.open` with a revision, and every later change. */
export const DocumentOperations = Type.Object({
  type: Type.Literal("document.operations"),
  documentId: Id,
  operations: Type.Array(CommittedOperation),
});

/** Down, to the author alone: the operation is committed in Postgres as this revision. [D5] */
export const OperationAck = Type.Object({
  type: Type.Literal("operation.ack"),
  documentId: Id,
  clientId: Id,
  seq: Type.Integer({ minimum: 1 }),
  revision: Type.Integer({ minimum: 1 }),
});

/** Why an operation was not taken. Only "rate-limited" may be sent again as it was; for the others the document is opened anew. [D6] */
export const OperationRefusal = Type.Union([
  Type.Literal("bad-operation"),
  Type.Literal("revision-ahead"),
  Type.Literal("revision-too-old"),
  Type.Literal("out-of-order"),
  Type.Literal("client-taken"),
  Type.Literal("document-too-large"),
  Type.Literal("rate-limited"),
  Type.Literal("not-allowed"),
  Type.Literal("session-ended"),
  Type.Literal("unknown-document"),
]);
export type OperationRefusal = Static<typeof OperationRefusal>;

export const OperationRefused = Type.Object({
  type: Type.Literal("operation.refused"),
  documentId: Id,
  clientId: Id,
  seq: Type.Integer({ minimum: 1 }),
  code: OperationRefusal,
  /** With "rate-limited": milliseconds to wait before sending it again. */
  retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
});

/** Up: everybody writes in this language from now on; its document is made when it is new. [D8] */
export const ChangeLanguage = Type.Object({ type: Type.Literal("language"), language: LanguageId });

/** Down: the room's language and its document. */
export const LanguageChanged = Type.Object({
  type: Type.Literal("language"),
  language: LanguageId,
  documentId: Id,
  /** The files of its project. [F4] */
  documents: ProjectFiles,
  /** Who changed it. */
  participantId: Id,
});
