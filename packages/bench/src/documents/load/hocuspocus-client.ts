import { HocuspocusProvider, HocuspocusProviderWebsocket } from "@hocuspocus/provider";
import { WebSocket } from "ws";
import { Doc, type Text, type Transaction } from "yjs";
import type { ClientOptions, LiveClient } from "./live-client.ts";
import type { Keystroke } from "./typing.ts";

/**
 * Hocuspocus's own provider. Yjs names each inserted character by its client and a clock, and deletions not at all:
 * keystrokes that insert are measured, those that delete are made and not measured.
 */
export async function openHocuspocusClient({ url, room, deliveries }: ClientOptions): Promise<LiveClient> {
  const document = new Doc();
  const socket = new HocuspocusProviderWebsocket({ url: url.replace("http", "ws"), WebSocketPolyfill: WebSocket });
  const provider = new HocuspocusProvider({ name: room, document, websocketProvider: socket });
  const text = document.getText("text");
  const client = new HocuspocusClient(text, () => {
    provider.destroy();
    socket.destroy();
  });
  client.onTyped = (clock, due) => deliveries.sent(`${document.clientID}:${clock}`, [due]);
  document.on("afterTransaction", ({ local, beforeState, afterState }: Transaction) => {
    if (local) return;
    for (const [clientId, after] of afterState)
      for (let clock = beforeState.get(clientId) ?? 0; clock < after; clock++)
        deliveries.arrived(`${clientId}:${clock}`);
  });
  await new Promise<void>((resolve) => {
    provider.on("synced", () => resolve());
    provider.attach();
  });
  return client;
}

class HocuspocusClient implements LiveClient {
  caret = 0;
  onTyped: (clock: number, due: number) => void = () => undefined;
  readonly #text: Text;
  readonly #disconnect: () => void;
  #clock = 0;

  constructor(text: Text, disconnect: () => void) {
    this.#text = text;
    this.#disconnect = disconnect;
  }

  get length(): number {
    return this.#text.length;
  }

  type(keystroke: Keystroke, due: number): void {
    if ("insert" in keystroke) {
      this.onTyped(this.#clock, due);
      this.#clock += keystroke.insert.length;
      this.#text.insert(keystroke.at, keystroke.insert);
    } else this.#text.delete(keystroke.at, keystroke.remove);
  }

  close(): void {
    this.#disconnect();
  }
}
