/** Why a socket was closed. The number is the WebSocket close code, the key is its reason as text. [T2] */
export const closeCodes = {
  /** The server stops or hands the room over; connect again at once. */
  "service-restart": 1012,
  /** Not this protocol: no subprotocol, or too many frames that cannot be read. */
  "bad-protocol": 4400,
  /** The access token is missing, forged or expired; get a new one and connect again. */
  unauthenticated: 4401,
  /** A good token, but not for this session. */
  forbidden: 4403,
  "session-not-found": 4404,
  /** Nothing came for too long. */
  "timed-out": 4408,
  /** All seats are taken; one may become free. */
  "room-full": 4409,
  /** The session ended before this participant ever joined. */
  "session-ended": 4410,
  /** An interviewer removed this participant. */
  removed: 4411,
  /** The invite was revoked or the account disabled. */
  revoked: 4412,
  /** The reader is too slow: what waited was dropped; connect again and catch up. */
  "too-slow": 4413,
  /** Of a call: its participant came in anew, in another tab or over a better network. [V2] */
  replaced: 4414,
  /** Of a call: this installation has no media service. [V1] */
  "no-media": 4415,
  /** Too many sockets or frames in too short a time. */
  "rate-limited": 4429,
  /** Another process owns the room now; connect again at once. */
  moved: 4503,
  /** A fault of ours; connect again after a while. */
  "internal-error": 4500,
} as const;

export type CloseReason = keyof typeof closeCodes;

/** What a client does after a close: try again by itself, or tell the person and stop. [T5] */
export function isFinal(code: number): boolean {
  return finalCodes.has(code);
}

const finalCodes: ReadonlySet<number> = new Set([
  closeCodes["bad-protocol"],
  closeCodes.forbidden,
  closeCodes["session-not-found"],
  closeCodes["room-full"],
  closeCodes["session-ended"],
  closeCodes.removed,
  closeCodes.revoked,
  closeCodes.replaced,
  closeCodes["no-media"],
]);
