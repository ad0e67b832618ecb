import { Type, type Static } from "typebox";

/** Redis pub/sub channel on which auth says that somebody lost access. It may be lost: sockets' holders ask besides. */
export const standingChannel = "standing-changed";

export const StandingChanged = Type.Object({
  userIds: Type.Array(Type.String()),
  inviteIds: Type.Array(Type.String()),
});
export type StandingChanged = Static<typeof StandingChanged>;
