import { accessTokenPrefix, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import type { FrameSocket, FrameSocketOptions } from "./frame-socket.ts";

/** A proxy that knows no WebSockets may hold one for ever: it opens in this time, or not at all, in milliseconds. [T12] */
export const webSocketOpensWithinMs = 4000;

/** A room's frames over a WebSocket. [T1] */
export function openWebSocket(options: FrameSocketOptions): FrameSocket {
  const url = new URL(socketPath(options.sessionId), options.origin.replace(/^http/, "ws"));
  const socket = new WebSocket(url, [subprotocol, `${accessTokenPrefix}${options.accessToken}`]);
  let isDone = false;
  const done = (code: number): void => {
    if (isDone) return;
    isDone = true;
    clearTimeout(opening);
    socket.close(1000);
    options.onClosed(code);
  };
  const opening = setTimeout(() => done(1006), webSocketOpensWithinMs);
  socket.addEventListener("open", () => clearTimeout(opening));
  socket.addEventListener("message", ({ data }) => isDone || options.onMessage(data));
  socket.addEventListener("close", ({ code }) => done(code));
  return {
    get isOpen() {
      return !isDone && socket.readyState === WebSocket.OPEN;
    },
    send: (text) => socket.send(text),
    close: () => {
      isDone = true;
      clearTimeout(opening);
      socket.close(1000);
    },
  };
}
