import { type AccessClaims, isRenewal } from "@greenroom/shared/api/access.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { TokenBucket } from "@greenroom/shared/node/token-bucket.ts";
import { TextFrame, type WholeFrameSocket } from "@greenroom/shared/node/whole-frame-socket.ts";
import { type CloseReason, closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import type { MediaDown } from "@greenroom/shared/protocol/media.ts";
import { encodeMedia } from "@greenroom/shared/protocol/media-codec.ts";
import type { MediaMetrics } from "./metrics.ts";

/** Bytes waiting in a socket above which it is given up: nothing that is said here is large. */
const closeAboveBytes = 1024 * 1024;
/** Frames that could not be read after which a socket is closed. [E2] */
const malformedFramesAllowed = 20;

/** One socket of one participant. */
export class Connection {
  readonly log: Logger;
  /** Frames of any kind: joining a call of ten takes some fifty. [V2] */
  readonly frames = new TokenBucket({ perSecond: 100, burst: 300 });
  readonly #socket: WholeFrameSocket;
  readonly #metrics: MediaMetrics;
  #claims: AccessClaims;
  #malformed = 0;

  constructor(options: { socket: WholeFrameSocket; claims: AccessClaims; metrics: MediaMetrics; logger: Logger }) {
    this.#socket = options.socket;
    this.#claims = options.claims;
    this.#metrics = options.metrics;
    this.log = options.logger;
  }

  get claims(): AccessClaims {
    return this.#claims;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Takes a newer token of the same bearer, with the same rights. [T4] */
  renew(claims: AccessClaims): boolean {
    if (!isRenewal(claims, this.#claims)) return false;
    this.#claims = claims;
    return true;
  }

  isExpired(now: number): boolean {
    return this.#claims.exp * 1000 <= now;
  }

  send(frame: MediaDown): void {
    if (this.isOpen) this.sendMade(TextFrame.of(encodeMedia(frame)));
  }

  /** For frames that go to many: encoded once. */
  sendMade(data: TextFrame): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > closeAboveBytes) return this.close("too-slow");
    this.#socket.sendFrame(data);
  }

  /** Nothing that comes after it is handled. */
  close(reason: CloseReason): void {
    if (this.isOpen) this.#metrics.closed(reason);
    this.#socket.resume(); // the answer to a close has to be read, too
    this.#socket.close(closeCodes[reason], reason);
  }

  /** Says that a frame could not be read; too many of those end the socket. */
  refuseMalformed(id: number | null, message: string): void {
    this.#malformed += 1;
    if (this.#malformed > malformedFramesAllowed) this.close("bad-protocol");
    else this.send({ type: "refused", id, code: "malformed-frame", message });
  }
}
