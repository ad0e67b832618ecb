import { once } from "node:events";
import type { WebSocket } from "ws";

/** The code and reason with which the socket closes. */
export function closed(socket: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) => {
    socket.on("error", () => {});
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}

/** Collects what arrives, from now on. */
export function collect(socket: WebSocket): { data: string; isBinary: boolean }[] {
  const frames: { data: string; isBinary: boolean }[] = [];
  socket.on("message", (data: Buffer, isBinary) => frames.push({ data: data.toString(), isBinary }));
  return frames;
}

export async function opened(socket: WebSocket): Promise<WebSocket> {
  if (socket.readyState === socket.CONNECTING) await once(socket, "open");
  return socket;
}
