import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { maxFrameBytes, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { type WebSocket, WebSocketServer } from "ws";

export interface ServiceOptions {
  onRequest?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Answers every upgrade with this instead. */
  refuseSockets?: { status: number; body: object };
  onSocket?: (socket: WebSocket, request: IncomingMessage) => void;
}

/** A service behind the gateway, as far as the network can tell: real HTTP, real WebSockets, on a port of its own. */
export class Service {
  readonly url: string;
  readonly sockets: ReadonlySet<WebSocket>;
  readonly #server: Server;
  readonly #webSockets: WebSocketServer;

  private constructor(server: Server, webSockets: WebSocketServer) {
    this.#server = server;
    this.#webSockets = webSockets;
    this.sockets = webSockets.clients;
    // A server that listens on TCP has an address of this kind.
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async create(options: ServiceOptions = {}): Promise<Service> {
    const server = createServer((request, response) => {
      if (options.onRequest && request.url !== "/readyz") options.onRequest(request, response);
      else response.end("{}");
    });
    const { refuseSockets: refusal } = options;
    const webSockets = new WebSocketServer({
      server,
      maxPayload: maxFrameBytes,
      perMessageDeflate: false,
      handleProtocols: () => subprotocol,
      ...(refusal && {
        verifyClient: (_info: unknown, answer: (yes: boolean, status: number, body: string) => void) =>
          answer(false, refusal.status, JSON.stringify(refusal.body)),
      }),
    });
    webSockets.on("connection", (socket, request) => {
      socket.on("error", () => {});
      options.onSocket?.(socket, request);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Service(server, webSockets);
  }

  /** As a SIGKILL would: every connection breaks without a word, and nobody listens any more. */
  async kill(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.#webSockets.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
