import { type AccessClaims, isRenewal } from "@greenroom/shared/api/access.ts";
import { type CloseReason, closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { WholeFrameSocket } from "@greenroom/shared/node/whole-frame-socket.ts";
import type { SessionMetrics } from "../metrics.ts";
import type { ParticipantRow } from "../participant/participant-repository.ts";
import type { Budget } from "./budget.ts";
import { LatestOnly } from "./latest-only.ts";
import { type MadeFrame, makeFrame } from "./made-frame.ts";
import { TokenBucket } from "@greenroom/shared/node/token-bucket.ts";

/** Bytes waiting in a socket above which presence is left out, and above which the socket is given up. [T6] */
const dropPresenceAboveBytes = 1024 * 1024;
const closeAboveBytes = 8 * 1024 * 1024;
/** Frames that could not be read after which a socket is closed. [E2] */
const malformedFramesAllowed = 20;

/** One socket of one participant. */
export class Connection {
  readonly id: string;
  readonly participant: ParticipantRow;
  readonly budget: Budget;
  readonly log: Logger;
  /** Its page is out of its reader's sight. [P4] */
  isAway = false;
  /** Documents this socket has opened. */
  readonly documents = new Set<string>();
  /** Operations: far above what hands can do, far below what harms others. */
  readonly operations = new TokenBucket({ perSecond: 60, burst: 240 });
  /** Frames of any kind. */
  readonly frames = new TokenBucket({ perSecond: 300, burst: 1_200 });
  /** Carets are passed on at most 20 times a second, the last ones always. [P1] */
  readonly presence = new LatestOnly<() => void>(50, (act) => act());
  readonly #socket: WholeFrameSocket;
  readonly #metrics: SessionMetrics;
  #claims: AccessClaims;
  #malformed = 0;

  constructor(options: {
    id: string;
    socket: WholeFrameSocket;
    claims: AccessClaims;
    participant: ParticipantRow;
    budget: Budget;
    metrics: SessionMetrics;
    logger: Logger;
  }) {
    this.id = options.id;
    this.#socket = options.socket;
    this.#metrics = options.metrics;
    this.#claims = options.claims;
    this.participant = options.participant;
    this.budget = options.budget;
    this.log = options.logger.child({ connectionId: options.id, participantId: options.participant.id });
  }

  get claims(): AccessClaims {
    return this.#claims;
  }

  /** Takes a newer token of the same bearer, with the same rights: the role of this socket hangs on them. [T4] */
  renew(claims: AccessClaims): boolean {
    if (!isRenewal(claims, this.#claims)) return false;
    this.#claims = claims;
    return true;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  isExpired(now: number): boolean {
    return this.#claims.exp * 1000 <= now;
  }

  send(frame: DownFrame): void {
    this.#metrics.refused(frame);
    this.sendMade(makeFrame(frame));
  }

  /** For frames that go to many. */
  sendMade({ data, type }: MadeFrame): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > closeAboveBytes) {
      this.log.warn("A reader is too slow");
      this.close("too-slow");
      return;
    }
    this.#metrics.sent(type);
    this.#socket.sendFrame(data);
  }

  /** For what may be lost: left out while the socket is behind. */
  sendLossy(frame: MadeFrame): void {
    if (this.#socket.bufferedAmount <= dropPresenceAboveBytes) this.sendMade(frame);
  }

  close(reason: CloseReason): void {
    if (this.isOpen) this.#metrics.closed(reason);
    this.#socket.resume(); // the answer to a close has to be read, though a frame may be under way
    this.#socket.close(closeCodes[reason], reason);
  }

  /** Says that a frame could not be read; too many of those end the socket. */
  refuseMalformed(message: string, type: string | undefined): void {
    this.#malformed += 1;
    if (this.#malformed > malformedFramesAllowed) this.close("bad-protocol");
    else
      this.send({ type: "error", code: "malformed-frame", message, ...(type === undefined ? {} : { refused: type }) });
  }
}
