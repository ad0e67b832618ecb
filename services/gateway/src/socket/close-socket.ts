import { closeCodes, type CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import { WebSocket } from "ws";
import type { FrameSocket } from "./frame-socket.ts";

/** How long the other side may take to answer a close, in milliseconds. */
const closeWithinMs = 5_000;

/** Closes a socket with a code and a reason, and ends it when nobody answers. */
export function closeSocket(socket: FrameSocket, code: number, reason: string): void {
  if (socket.readyState === WebSocket.CLOSED) return;
  // A paused socket would never read the answer to its close.
  socket.resume();
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), closeWithinMs).unref();
  socket.once("close", () => clearTimeout(timer));
}

export function closeForReason(socket: FrameSocket, reason: CloseReason): void {
  closeSocket(socket, closeCodes[reason], reason);
}

/**
 * What a client is told when the service's socket closed. A service that goes without a word (1005: no code given,
 * 1006: the connection broke, 1015: TLS failed; none of them may be sent, RFC 6455 7.4.1) was restarted.
 */
export function closeForClient(code: number, reason: string): { code: number; reason: string } {
  return isSilent(code) ? { code: closeCodes["service-restart"], reason: "service-restart" } : { code, reason };
}

/** What a service is told when the client's socket closed: one that left without a word is "going away" (1001). */
export function closeForService(code: number, reason: string): { code: number; reason: string } {
  return isSilent(code) ? { code: 1001, reason: "" } : { code, reason };
}

function isSilent(code: number): boolean {
  return code === 1005 || code === 1006 || code === 1015;
}
