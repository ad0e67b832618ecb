import { randomUUID } from "node:crypto";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { encode, parseDown } from "@greenroom/shared/protocol/codec.ts";
import type { DownFrame, DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { accessTokenPrefix, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { WebSocket } from "ws";

const waitMs = 8_000;

type FrameType = DownFrame["type"];
interface Waiter {
  readonly look: () => boolean;
  readonly fail: (error: Error) => void;
}

/** One end of a room's socket: sends frames, and waits for those that come, each of which is a frame or a failure. */
export class TestClient {
  readonly clientId = randomUUID();
  readonly socket: WebSocket;
  /** Everything that ever came, in order. */
  readonly frames: DownFrame[] = [];
  /** Told each frame as it comes. */
  onFrame: (frame: DownFrame) => void = () => undefined;
  readonly closed: Promise<{ code: number; reason: string }>;
  #unread: DownFrame[] = [];
  readonly #waiters = new Set<Waiter>();
  #end: { code: number; reason: string } | undefined;

  constructor(options: { url: string; sessionId: string; token?: string | undefined; protocols?: string[] }) {
    const offered = [subprotocol, ...(options.token === undefined ? [] : [accessTokenPrefix + options.token])];
    const address = new URL(socketPath(options.sessionId), options.url.replace("http", "ws"));
    this.socket = new WebSocket(address, options.protocols ?? offered, { perMessageDeflate: false });
    this.socket.on("message", (data, isBinary) => this.#take(String(data), isBinary));
    this.socket.on("error", () => undefined); // a close follows
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => {
        this.#end = { code, reason: reason.toString() };
        resolve(this.#end);
        for (const { fail } of this.#waiters) fail(new Error(`The socket was closed: ${JSON.stringify(this.#end)}`));
      });
    });
  }

  #take(data: string, isBinary: boolean): void {
    const parsed = parseDown(data);
    if (isBinary || !parsed.ok) throw new Error(`The server sent no frame: ${data.slice(0, 300)}`);
    this.frames.push(parsed.frame);
    this.#unread.push(parsed.frame);
    this.onFrame(parsed.frame);
    for (const waiter of this.#waiters) if (waiter.look()) this.#waiters.delete(waiter);
  }

  /** On a socket that is gone the frame is lost, as it would be in a browser. */
  send(frame: UpFrame): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(encode(frame));
  }

  /** The next unread frame of a type that fits; those before it of other types stay unread. */
  async next<T extends FrameType>(
    type: T,
    fits: (frame: DownFrameOf<T>) => boolean = () => true,
  ): Promise<DownFrameOf<T>> {
    const isIt = (frame: DownFrame): frame is DownFrameOf<T> => frame.type === type && fits(frame as DownFrameOf<T>);
    return await new Promise((resolve, reject) => {
      const look = (): boolean => {
        const found = this.#unread.find(isIt);
        if (!found) return false;
        this.#unread = this.#unread.filter((frame) => frame !== found);
        clearTimeout(timer);
        resolve(found);
        return true;
      };
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
      };
      const came = (): string => JSON.stringify(this.frames.slice(-12)).slice(0, 1_500);
      const timer = setTimeout(() => reject(new Error(`No "${type}" came, but ${came()}`)), waitMs);
      if (look()) return;
      if (this.#end) fail(new Error(`The socket was closed: ${JSON.stringify(this.#end)}`));
      else this.#waiters.add({ look, fail });
    });
  }

  /** Everything of a type that came so far. */
  all<T extends FrameType>(type: T): DownFrameOf<T>[] {
    return this.frames.filter((frame): frame is DownFrameOf<T> => frame.type === type);
  }

  /** Once this resolves, everything sent before has been handled: frames are answered in order. */
  async settled(): Promise<void> {
    this.send({ type: "ping" });
    await this.next("pong");
  }

  async openDocument(documentId: string): Promise<DownFrameOf<"document.snapshot">> {
    this.send({ type: "document.open", documentId, since: null });
    return await this.next("document.snapshot", (frame) => frame.documentId === documentId);
  }

  sendOperation(frame: {
    documentId: string;
    seq: number;
    revision: number;
    operation: TextOperation;
    clientId?: string;
  }): void {
    this.send({ type: "operation", clientId: this.clientId, ...frame, operation: [...frame.operation] });
  }

  /** Sends an operation and waits until it is acknowledged. */
  async commit(frame: Parameters<TestClient["sendOperation"]>[0]): Promise<number> {
    this.sendOperation(frame);
    return (await this.next("operation.ack", ({ seq }) => seq === frame.seq)).revision;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
