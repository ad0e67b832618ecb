import { randomUUID } from "node:crypto";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { accessTokenPrefix, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { WebSocket } from "ws";
import { DocumentClient } from "../../../../../apps/web/src/document/document-client.ts";
import type { Deliveries } from "./deliveries.ts";
import type { ClientOptions, LiveClient } from "./live-client.ts";
import { carry, type Keystroke, toOperation } from "./typing.ts";

/** A page of the product without its page: the product's own DocumentClient on a socket through the gateway. */
class GreenroomClient implements LiveClient {
  caret = 0;
  readonly #socket: WebSocket;
  readonly #deliveries: Deliveries;
  readonly #document: DocumentClient;
  /** When the keystrokes were due that no operation carries yet. */
  #unsent: number[] = [];
  #lastSent = "";

  constructor(options: { socket: WebSocket; documentId: string; deliveries: Deliveries; onState: () => void }) {
    this.#socket = options.socket;
    this.#deliveries = options.deliveries;
    this.#document = new DocumentClient({
      documentId: options.documentId,
      newId: randomUUID,
      send: (frame) => this.#send(frame),
      after: (delayMs, callback) => void setTimeout(callback, delayMs),
      onRemote: ({ operation }) => {
        this.caret = carry(this.caret, operation);
      },
      onState: options.onState,
    });
    this.#document.connected();
  }

  get isLoaded(): boolean {
    return this.#document.isLoaded;
  }

  get length(): number {
    return this.#document.rope.length;
  }

  type(keystroke: Keystroke, due: number): void {
    this.#unsent.push(due);
    this.#document.local(toOperation(keystroke));
  }

  receive(frame: DownFrame): void {
    if (frame.type === "document.operations") {
      this.#document.receive(frame);
      for (const { clientId, seq } of frame.operations) this.#deliveries.arrived(`${clientId}:${seq}`);
    } else if (
      frame.type === "document.snapshot" ||
      frame.type === "operation.ack" ||
      frame.type === "operation.refused"
    ) {
      this.#document.receive(frame);
    }
  }

  close(): void {
    this.#socket.close();
  }

  #send(frame: UpFrame): void {
    if (frame.type === "operation") {
      const name = `${frame.clientId}:${frame.seq}`;
      // What is sent again carries what it carried the first time.
      if (name !== this.#lastSent) {
        this.#deliveries.sent(name, this.#unsent);
        this.#unsent = [];
        this.#lastSent = name;
      }
    }
    this.#socket.send(JSON.stringify(frame));
  }
}

/** Opens a socket, waits for its welcome, and opens the room's document. */
export async function openGreenroomClient({ url, room, token, deliveries }: ClientOptions): Promise<LiveClient> {
  const address = new URL(socketPath(room), url.replace("http", "ws"));
  const socket = new WebSocket(address, [subprotocol, accessTokenPrefix + token], { perMessageDeflate: false });
  return await new Promise((resolve, reject) => {
    let client: GreenroomClient | undefined;
    const onState = (): void => {
      if (client?.isLoaded) resolve(client);
    };
    socket.on("error", reject);
    socket.on("close", (code, reason) => reject(new Error(`A socket was closed: ${code} ${reason.toString()}`)));
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as DownFrame; // the server under test keeps to its protocol; others test that
      if (frame.type === "welcome")
        client = new GreenroomClient({ socket, documentId: frame.session.documentId, deliveries, onState });
      else client?.receive(frame);
    });
  });
}
