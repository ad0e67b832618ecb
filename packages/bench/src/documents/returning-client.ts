import { randomUUID } from "node:crypto";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import { accessTokenPrefix, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { WebSocket } from "ws";
import { DocumentClient } from "../../../../apps/web/src/document/document-client.ts";
import { retryDelay } from "../../../../apps/web/src/room/backoff.ts";

const typeEveryMs = 50;

/**
 * Somebody who types all the time and comes back when the socket closes, as the web app does: its document client, and
 * its delays.
 */
export class ReturningClient {
  readonly #options: { url: string; sessionId: string; token: string };
  readonly #typing: NodeJS.Timeout;
  #socket: WebSocket | undefined;
  #document: DocumentClient | undefined;
  #sockets = 0;
  #attempt = 0;
  #closed = false;
  /** Which socket each acknowledgement came over, and when (milliseconds of performance.now). */
  #lastAck = { socket: 0, at: 0 };
  /** The first acknowledgement over another socket than this one is waited for. */
  #onAck: (socket: number, at: number) => void = () => undefined;

  constructor(options: { url: string; sessionId: string; token: string }) {
    this.#options = options;
    this.#connect();
    this.#typing = setInterval(() => this.#document?.isLoaded && this.#document.local(["x"]), typeEveryMs);
  }

  /** Whether something it typed was acknowledged. */
  get isTyping(): boolean {
    return this.#lastAck.at > 0;
  }

  /** When the first operation is acknowledged over a socket that was opened after this call. */
  async acknowledgedAnew(): Promise<number> {
    const old = this.#sockets;
    return await new Promise((resolve) => {
      this.#onAck = (socket, at) => {
        if (socket > old) resolve(at);
      };
    });
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#typing);
    this.#socket?.close();
  }

  #connect(): void {
    if (this.#closed) return;
    const { url, sessionId, token } = this.#options;
    const address = new URL(socketPath(sessionId), url.replace("http", "ws"));
    const socket = new WebSocket(address, [subprotocol, accessTokenPrefix + token], { perMessageDeflate: false });
    this.#socket = socket;
    const number = ++this.#sockets;
    socket.on("error", () => undefined); // a close follows
    socket.on("message", (data) => this.#receive(JSON.parse(String(data)) as DownFrame, number)); // the server's own
    socket.on("close", (code) => {
      this.#document?.disconnected();
      setTimeout(() => this.#connect(), retryDelay(code, this.#attempt++, Math.random()));
    });
  }

  #receive(frame: DownFrame, socket: number): void {
    if (frame.type === "welcome") {
      this.#attempt = 0;
      this.#document ??= this.#open(frame.session.documentId);
      this.#document.connected();
    } else if (
      frame.type === "document.snapshot" ||
      frame.type === "document.operations" ||
      frame.type === "operation.refused"
    ) {
      this.#document?.receive(frame);
    } else if (frame.type === "operation.ack") {
      this.#lastAck = { socket, at: performance.now() };
      this.#onAck(socket, this.#lastAck.at);
      this.#document?.receive(frame);
    }
  }

  #open(documentId: string): DocumentClient {
    return new DocumentClient({
      documentId,
      newId: randomUUID,
      send: (frame) => this.#socket?.send(JSON.stringify(frame)),
      after: (delayMs, callback) => void setTimeout(callback, delayMs),
      onRemote: () => undefined,
      onState: () => undefined,
    });
  }
}
