import { Type, type Static } from "typebox";
import { Role } from "../roles.ts";

const Id = Type.String({ format: "uuid" });
const Position = Type.Integer({ minimum: 0 });

/** In code points of the document at the frame's revision; more than 64 carets are not shown. */
const Selections = Type.Array(Type.Object({ anchor: Position, head: Position }), { maxItems: 64 });

/**
 * The beginning of the first line on the screen of whoever sends it: where those who follow them look. Like a caret, in
 * code points at the frame's revision.
 */
const Top = Type.Optional(Position);

/** Up: where my carets are, and what I look at. At most 20 a second are passed on, the last one wins; never stored. [P1] */
export const SendPresence = Type.Object({
  type: Type.Literal("presence"),
  documentId: Id,
  revision: Type.Integer({ minimum: 0 }),
  selections: Selections,
  top: Top,
});

/** Down: somebody's carets, carried to the document's revision as the receiver knows it when this frame arrives. [P2] */
export const PresenceChanged = Type.Object({
  type: Type.Literal("presence"),
  connectionId: Id,
  participantId: Id,
  documentId: Id,
  /** Empty: no carets there any more (moved to another document, or gone). */
  selections: Selections,
  top: Top,
});

/** A participant as everybody in the room sees it. */
export const RoomParticipant = Type.Object({
  participantId: Id,
  name: Type.String(),
  role: Role,
  /** Index into the palette of the web app; stable for the session. */
  color: Type.Integer({ minimum: 0 }),
  connected: Type.Boolean(),
  /** The document that they look at, as far as they have said so. [P4] */
  viewing: Type.Union([Id, Type.Null()]),
  /** None of their pages of the room is in sight. [P4] */
  away: Type.Boolean(),
});
export type RoomParticipant = Static<typeof RoomParticipant>;

/** Down: who is here, whole, whenever it changes: everybody seated or watching, with or without a living socket. [P3] */
export const ParticipantsChanged = Type.Object({
  type: Type.Literal("participants"),
  participants: Type.Array(RoomParticipant),
});

/** Up: this is the document that I look at. Kept, and shown to everybody in `participants`. [P4] */
export const TellView = Type.Object({ type: Type.Literal("view"), documentId: Id });

/** Up: this page of the room is out of its reader's sight, or back in it. Kept, and shown in `participants`. [P4] */
export const TellAway = Type.Object({ type: Type.Literal("tab"), away: Type.Boolean() });

/** Up: so many code points were pasted. Kept for the record, and shown to nobody in the room. [P5] */
export const TellPaste = Type.Object({
  type: Type.Literal("paste"),
  documentId: Id,
  characters: Type.Integer({ minimum: 1, maximum: 1024 * 1024 }),
});
