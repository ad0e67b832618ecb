import type { Duplex } from "node:stream";
import type { WebsocketPluginOptions } from "@fastify/websocket";
import { WebSocket } from "ws";

type Written = (error?: Error) => void;
type Sent = Parameters<WebSocket["send"]>[0];
type How = Parameters<WebSocket["send"]>[1];

/** What ws calls with the stream of a connection; its declarations do not have it. */
type SetSocket = (this: WebSocket, stream: Duplex, head: Buffer, options: object) => void;
const { setSocket } = WebSocket.prototype as unknown as { setSocket: SetSocket };

/** A text message as a server sends it, header and payload in one piece; made once for all whom it goes to. */
export class TextFrame {
  readonly bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** A final frame of text, neither masked nor compressed (RFC 6455 5.2). */
  static of(text: string | Buffer): TextFrame {
    const length = Buffer.byteLength(text);
    const headerBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    const bytes = Buffer.allocUnsafe(headerBytes + length);
    bytes[0] = 0x81;
    if (length < 126) bytes[1] = length;
    else if (length < 65_536) {
      bytes[1] = 126;
      bytes.writeUInt16BE(length, 2);
    } else {
      bytes[1] = 127;
      bytes.writeBigUInt64BE(BigInt(length), 2);
    }
    if (typeof text === "string") bytes.write(text, headerBytes);
    else text.copy(bytes, headerBytes);
    return new TextFrame(bytes);
  }
}

/**
 * A server's WebSocket that writes a text in one piece, where ws hands header and payload to the system as two; and what
 * is sent in one turn of the event loop, as one. Not for servers that compress: there, ws may still have older frames to
 * write.
 */
export class WholeFrameSocket extends WebSocket {
  #stream: Duplex | undefined;
  #isGathering = false;

  setSocket(stream: Duplex, head: Buffer, options: object): void {
    this.#stream = stream;
    setSocket.call(this, stream, head, options);
  }

  override send(data: Sent, how?: How | Written, onWritten?: Written): void {
    const [options, written] = typeof how === "function" ? [{}, how] : [how ?? {}, onWritten];
    const isText = typeof data === "string" || (Buffer.isBuffer(data) && options.binary === false);
    if (isText && options.fin !== false) this.sendFrame(TextFrame.of(data), written);
    else super.send(data, options, written);
  }

  /** As `send`: nothing is written to a socket that is not open, and `onWritten` is told so. */
  sendFrame({ bytes }: TextFrame, onWritten?: Written): void {
    if (!this.#stream || this.readyState !== this.OPEN) {
      onWritten?.(new Error(`A WebSocket is not open: readyState ${this.readyState}.`));
      return;
    }
    this.#gather(this.#stream);
    this.#stream.write(bytes, onWritten && ((error) => onWritten(error ?? undefined)));
  }

  #gather(stream: Duplex): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }
}

type ServerOptions = NonNullable<WebsocketPluginOptions["options"]>;

/** What makes the sockets of a server such ones. Its declarations ask for ws's own namespace, too. */
export const wholeFrames: Pick<ServerOptions, "WebSocket" | "perMessageDeflate"> = {
  WebSocket: WholeFrameSocket as unknown as NonNullable<ServerOptions["WebSocket"]>,
  perMessageDeflate: false,
};
