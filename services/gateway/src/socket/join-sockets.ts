import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { WebSocket } from "ws";
import { closeForClient, closeForReason, closeForService, closeSocket } from "./close-socket.ts";
import type { FrameSocket } from "./frame-socket.ts";
import { pipeFrames } from "./pipe-frames.ts";

/** Makes one socket of two: frames go both ways, and a close of one, with its code and reason, closes the other. */
export function joinSockets(client: FrameSocket, owner: FrameSocket, options: { stalledAfterMs?: number } = {}): void {
  pipeFrames({ ...options, source: owner, sink: client, onStalled: () => closeForReason(client, "too-slow") });
  pipeFrames({ ...options, source: client, sink: owner, onStalled: () => owner.terminate() });
  owner.once("close", (code, reason) => {
    const told = closeForClient(code, reason.toString());
    closeSocket(client, told.code, told.reason);
  });
  client.once("close", (code, reason) => {
    const told = closeForService(code, reason.toString());
    closeSocket(owner, told.code, told.reason);
  });
  // Either may have gone before anybody listened.
  if (owner.readyState >= WebSocket.CLOSING) closeSocket(client, closeCodes["service-restart"], "service-restart");
  if (client.readyState >= WebSocket.CLOSING) closeSocket(owner, 1001, "");
  owner.resume();
  client.resume();
}
