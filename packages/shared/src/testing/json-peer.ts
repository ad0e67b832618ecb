import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** How a peer answers one request. */
export type Answer = (request: IncomingMessage) => Promise<{ status: number; body: unknown }>;

/** A service that a test plays for another one: over the network, on a port of its own, in JSON. */
export class JsonPeer {
  readonly #server: Server;

  static async create(answer: Answer): Promise<JsonPeer> {
    const peer = new JsonPeer(answer);
    await new Promise<void>((resolve) => peer.#server.listen(0, "127.0.0.1", resolve));
    return peer;
  }

  private constructor(answer: Answer) {
    this.#server = createServer((request, response) => {
      void answer(request).then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // it listens on TCP
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
