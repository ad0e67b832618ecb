import { WebSocket } from "ws";
import type { FrameSocket } from "./frame-socket.ts";

const beatMs = 15_000;
/** Pings without a pong after which a socket is dead. */
const missedAtMost = 2;

/** To ping thousands at once holds up all that is under way for a tenth of a second, so each has its turn: so long apart. */
const turnMs = 100;

/** Pings every socket it watches and ends those that do not answer: a dead connection is silent otherwise. */
export class Heartbeat {
  /** Those whose turn it is together, with how many pings each has not answered. */
  readonly #turns: readonly Map<FrameSocket, number>[];
  readonly #timer: NodeJS.Timeout;
  #watched = 0;
  #turn = 0;

  private constructor(intervalMs: number) {
    const count = Math.max(1, Math.round(intervalMs / turnMs));
    this.#turns = Array.from({ length: count }, () => new Map());
    this.#timer = setInterval(() => this.#next(), intervalMs / count).unref();
  }

  /** @param intervalMs between two pings of a socket */
  static create(intervalMs = beatMs): Heartbeat {
    return new Heartbeat(intervalMs);
  }

  watch(socket: FrameSocket): void {
    const missed = this.#turns[this.#watched++ % this.#turns.length];
    if (!missed) return;
    missed.set(socket, 0);
    socket.on("pong", () => missed.set(socket, 0));
    socket.once("close", () => missed.delete(socket));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #next(): void {
    const missed = this.#turns[this.#turn++ % this.#turns.length];
    if (missed) beat(missed);
  }
}

function beat(sockets: Map<FrameSocket, number>): void {
  for (const [socket, missed] of sockets) {
    if (socket.readyState !== WebSocket.OPEN) continue;
    if (missed >= missedAtMost) {
      socket.terminate();
      continue;
    }
    // Of a socket that we do not read from at the moment no pong can come.
    sockets.set(socket, socket.isPaused ? 0 : missed + 1);
    socket.ping();
  }
}
