/**
 * The WebSocket subprotocol of this version. A socket offers two: this one, and the bearer's access token behind
 * `accessTokenPrefix` (browsers can set no header on a WebSocket, and a token in a URL ends up in logs). The server
 * chooses this one. [T1]
 */
export const subprotocol = "greenroom.v3";
export const accessTokenPrefix = "access.";

/** Where the socket of a session is, below the public URL. */
export const socketPath = (sessionId: string): string => `/api/sessions/${sessionId}/socket`;

/** The largest frame a client sends, in bytes; a larger one closes the socket with 1009. [T3] */
export const maxFrameBytes = 2 * 1024 * 1024;

/** The largest frame a server sends, in bytes: a whole document, or a run's output, of characters of six bytes as JSON. [T3] */
export const maxDownFrameBytes = 8 * 1024 * 1024;
