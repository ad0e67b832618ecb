import { WebSocket } from "ws";
import type { FrameSocket } from "./frame-socket.ts";

const beatMs = 15_000;
/** Pings without a pong after which a socket is dead. */
const missedAtMost = 2;

/** Pings every socket it watches and ends those that do not answer: a dead connection is silent otherwise. */
export class Heartbeat {
  readonly #missed = new Map<FrameSocket, number>();
  readonly #timer: NodeJS.Timeout;

  private constructor(intervalMs: number) {
    this.#timer = setInterval(() => this.#beat(), intervalMs).unref();
  }

  static create(intervalMs = beatMs): Heartbeat {
    return new Heartbeat(intervalMs);
  }

  watch(socket: FrameSocket): void {
    this.#missed.set(socket, 0);
    socket.on("pong", () => this.#missed.set(socket, 0));
    socket.once("close", () => this.#missed.delete(socket));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    for (const [socket, missed] of this.#missed) {
      if (socket.readyState !== WebSocket.OPEN) continue;
      if (missed >= missedAtMost) {
        socket.terminate();
        continue;
      }
      // Of a socket that we do not read from at the moment no pong can come.
      this.#missed.set(socket, socket.isPaused ? 0 : missed + 1);
      socket.ping();
    }
  }
}
