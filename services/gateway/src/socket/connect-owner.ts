import { accessTokenPrefix, maxDownFrameBytes, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { WebSocket } from "ws";

const handshakeWithinMs = 5_000;

/**
 * Opens the socket to a session process, with the bearer's own token: the process verifies it itself. It comes paused,
 * so that nothing is lost before somebody listens.
 */
export function connectOwner(options: {
  url: string;
  sessionId: string;
  accessToken: string;
  forwardedFor: string;
}): Promise<WebSocket> {
  const url = new URL(socketPath(options.sessionId), options.url);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const owner = new WebSocket(url, [subprotocol, accessTokenPrefix + options.accessToken], {
    headers: { "x-forwarded-for": options.forwardedFor },
    handshakeTimeout: handshakeWithinMs,
    maxPayload: maxDownFrameBytes,
    perMessageDeflate: false,
  });
  return new Promise((resolve, reject) => {
    // Stays for as long as the socket does: an error is followed by a close, and that is what counts.
    owner.on("error", reject);
    owner.once("open", () => {
      owner.pause();
      resolve(owner);
    });
  });
}
