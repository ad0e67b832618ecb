import { Type, type Static } from "typebox";

/** Redis key of the lease on a session's room; its value is a RoomOwner as JSON. It only routes: Postgres decides who owns. */
export const roomOwnerKey = (sessionId: string): string => `room:${sessionId}:owner`;

/** The same of a session's call, which is in memory only: whoever holds it has the call. */
export const callOwnerKey = (sessionId: string): string => `media:${sessionId}:owner`;

export const RoomOwner = Type.Object({
  /** Which process. */
  processId: Type.String(),
  /** How the gateway reaches it, such as http://10.0.0.7:3000. */
  url: Type.String(),
});
export type RoomOwner = Static<typeof RoomOwner>;
