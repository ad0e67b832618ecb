import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";

/** What becomes of a request for a WebSocket: an answer of this status, silence, a cut, or what should be. */
export type Upgrades = 400 | 426 | "held" | "cut" | "passed";

/**
 * A proxy in front of a server: what it does with WebSockets is said, all else goes through. The server is told its own
 * origin, so that some people of a test can come through here and others not, though a Greenroom has one address.
 */
export class UpgradeProxy {
  upgrades: Upgrades = 426;
  /** Requests for a WebSocket that came. */
  asked = 0;
  readonly origin: string;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  readonly #target: URL;

  private constructor(server: Server, { port, before }: { port: number; before: string }) {
    this.#server = server;
    this.#target = new URL(before);
    this.origin = `http://localhost:${port}`;
    server.on("connection", (socket) => this.#keep(socket));
    server.on("request", (incoming, response) => this.#forward(incoming, response));
    server.on("upgrade", (incoming, socket, head) => this.#upgrade(incoming, socket, head));
  }

  static async create(options: { port: number; before: string }): Promise<UpgradeProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(options.port, "localhost", resolve));
    return new UpgradeProxy(server, options);
  }

  /** The same address, through here. */
  through(url: string): string {
    const { pathname, search } = new URL(url);
    return new URL(pathname + search, this.origin).href;
  }

  /** Breaks every connection that there is. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = "GET", url = "/", headers } = incoming;
    if (headers.origin === this.origin) headers.origin = this.#target.origin;
    const forwarded = request(new URL(url, this.#target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once("error", () => response.destroy());
    });
    forwarded.once("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.once("close", () => forwarded.destroy());
    incoming.pipe(forwarded);
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.asked += 1;
    if (this.upgrades === "cut") socket.destroy();
    else if (this.upgrades === "passed") this.#tunnel(incoming, socket, head);
    else if (this.upgrades !== "held")
      socket.end(`HTTP/1.1 ${this.upgrades} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
  }

  #tunnel(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const upstream = connect(Number(this.#target.port), this.#target.hostname);
    this.#keep(upstream);
    const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
    for (const [name, value] of Object.entries({ ...incoming.headers, origin: this.#target.origin }))
      lines.push(`${name}: ${String(value)}`);
    upstream.write(`${lines.join("\r\n")}\r\n\r\n`);
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
    upstream.once("close", () => socket.destroy());
    socket.once("close", () => upstream.destroy());
  }
}
