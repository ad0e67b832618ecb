import { isUtf8 } from "node:buffer";
import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { ServerResponse } from "node:http";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { type StreamClosed, type StreamOpened, streamEvents } from "@greenroom/shared/api/frame-routes.ts";
import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { maxFrameBytes } from "@greenroom/shared/protocol/version.ts";
import { type RawData, WebSocket } from "ws";
import type { FrameSocket } from "./frame-socket.ts";

/** POSTs of one connection. A client waits for each before the next, so only one that does not can have so many. [T10] */
const postsPerSecond = 100;
const postsAtOnce = 400;

/** A frame may be spread over so many POSTs: the largest one, in pieces of a quarter of what a body may have. [T10] */
const piecesAtMost = 64;

const lineFeed = 0x0a;

interface Events {
  message: [data: RawData, isBinary: boolean];
  pong: [];
  resumed: [];
  close: [code: number, reason: Buffer];
}

/**
 * A room's socket where no WebSocket comes through: frames go down as server-sent events of one long answer, and come
 * up in the bodies of POSTs. To whoever passes frames on it is a WebSocket. [T8]
 */
export class HttpSocket extends EventEmitter<Events> implements FrameSocket {
  /** Nobody can guess it, and it is of use to its bearer alone. [T11] */
  readonly id = randomBytes(18).toString("base64url");
  readonly #response: ServerResponse;
  #readyState: number = WebSocket.OPEN;
  #isPaused = false;
  #closedWith: { code: number; reason: string } = { code: 1006, reason: "" };
  #framesDown = 0;
  /** The newest POST that was taken, and its being handed on. */
  #newest = 0;
  #handing: Promise<void> = Promise.resolve();
  #isHanding = false;
  /** The beginning of a frame whose end has not come yet. */
  #begun: Buffer[] = [];
  #begunBytes = 0;
  #postsLeft = postsAtOnce;
  #countedAt = performance.now();

  /** @param response its head has been written; everything in it from now on is this socket's */
  constructor(response: ServerResponse) {
    super();
    this.#response = response;
    response.on("error", () => {});
    response.once("close", () => this.#ended());
    if (response.destroyed) this.#readyState = WebSocket.CLOSED;
  }

  get readyState(): number {
    return this.#readyState;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get bufferedAmount(): number {
    return this.#response.writableLength;
  }

  /** Tells the client that it is let in, and by which name it sends. */
  opened(): void {
    const opened: StreamOpened = { connectionId: this.id };
    this.#event(streamEvents.open, opened);
  }

  send(data: RawData, { binary }: { binary: boolean }, onWritten: (error?: Error) => void): void {
    if (this.#readyState !== WebSocket.OPEN) return;
    // No service of ours sends bytes to a room, and events are text.
    if (binary) return this.close(closeCodes["internal-error"], "internal-error");
    const lines = data.toString().replaceAll(/\r\n|\r|\n/g, "\ndata: ");
    this.#framesDown += 1;
    this.#response.write(`id: ${this.#framesDown}\ndata: ${lines}\n\n`, (error) => onWritten(error ?? undefined));
  }

  /** A proxy cuts connections on which nothing moves, and a client that is still there answers with a POST. [T9] */
  ping(): void {
    if (this.#readyState === WebSocket.OPEN) this.#event(streamEvents.ping, {});
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.emit("resumed");
  }

  close(code: number, reason: string): void {
    if (this.#readyState !== WebSocket.OPEN) return;
    const closed: StreamClosed = { code, reason };
    this.#closedWith = closed;
    this.#event(streamEvents.close, closed);
    this.#response.end();
    this.#readyState = WebSocket.CLOSING;
    this.emit("resumed");
  }

  terminate(): void {
    this.#response.destroy();
  }

  /**
   * A POST: resolves once its frames are handed on. One that comes again, because its answer was lost, is not handed on
   * twice. Rejects with an ApiError. [T10]
   */
  receive(number: number, body: Buffer): Promise<void> {
    this.emit("pong");
    if (number === this.#newest) return this.#handing;
    if (number !== this.#newest + 1 || this.#isHanding)
      return Promise.reject(new ApiError("conflict", `After ${this.#newest} comes the next one, once it is answered.`));
    this.#newest = number;
    this.#handing = this.#handOn(this.#framesOf(body));
    return this.#handing;
  }

  /** Counts a POST, whatever becomes of it: one too many closes this socket. */
  countPost(): boolean {
    const now = performance.now();
    this.#postsLeft = Math.min(postsAtOnce, this.#postsLeft + ((now - this.#countedAt) / 1000) * postsPerSecond);
    this.#countedAt = now;
    if (this.#postsLeft < 1) return false;
    this.#postsLeft -= 1;
    return true;
  }

  /** The frames that end in this body. What comes after the last one is kept for the next. */
  #framesOf(body: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let from = 0;
    for (let end = body.indexOf(lineFeed); end !== -1; end = body.indexOf(lineFeed, from)) {
      frames.push(Buffer.concat([...this.#begun, body.subarray(from, end)]));
      this.#begun = [];
      this.#begunBytes = 0;
      from = end + 1;
    }
    if (from < body.length) this.#begun.push(body.subarray(from));
    this.#begunBytes += body.length - from;
    return frames;
  }

  async #handOn(frames: readonly Buffer[]): Promise<void> {
    this.#isHanding = true;
    try {
      for (const frame of frames) {
        while (this.#isPaused && this.#readyState === WebSocket.OPEN) await once(this, "resumed");
        this.#handOnOne(frame);
      }
      if (this.#begunBytes > maxFrameBytes || this.#begun.length > piecesAtMost) this.#refuseTooLarge();
    } finally {
      this.#isHanding = false;
    }
  }

  #handOnOne(frame: Buffer): void {
    if (frame.length > maxFrameBytes) this.#refuseTooLarge();
    if (!isUtf8(frame)) {
      // What a WebSocket does with text that is none (RFC 6455 8.1).
      this.close(1007, "");
      throw new ApiError("bad-request", "A frame is not UTF-8.");
    }
    if (this.#readyState !== WebSocket.OPEN) throw new ApiError("not-found", "This connection is closed.");
    this.emit("message", frame, false);
  }

  #refuseTooLarge(): never {
    this.close(1009, "");
    throw new ApiError("too-large", `A frame has at most ${maxFrameBytes} bytes.`);
  }

  #event(name: string, data: object): void {
    this.#response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #ended(): void {
    if (this.#readyState === WebSocket.CLOSED) return;
    this.#readyState = WebSocket.CLOSED;
    this.emit("resumed");
    this.emit("close", this.#closedWith.code, Buffer.from(this.#closedWith.reason));
  }
}
