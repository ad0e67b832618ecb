import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import type { ClientOptions, LiveClient } from "./live-client.ts";
import { type Keystroke, toOperation } from "./typing.ts";

/** Sends what ours sends, and keeps no text: what comes is read and looked up, and that is all. */
export async function openRelayClient({ url, room, deliveries }: ClientOptions): Promise<LiveClient> {
  const socket = new WebSocket(new URL(`/${room}`, url.replace("http", "ws")), { perMessageDeflate: false });
  const clientId = randomUUID();
  let seq = 0;
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data)) as { clientId: string; seq: number }; // what the others below send
    deliveries.arrived(`${frame.clientId}:${frame.seq}`);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return {
    length: 1_000,
    caret: 0,
    type: (keystroke: Keystroke, due: number) => {
      seq += 1;
      deliveries.sent(`${clientId}:${seq}`, [due]);
      const operation = toOperation(keystroke);
      socket.send(JSON.stringify({ type: "operation", documentId: room, clientId, seq, revision: seq, operation }));
    },
    close: () => socket.close(),
  };
}
