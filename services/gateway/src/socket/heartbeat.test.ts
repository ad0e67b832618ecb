import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import type { FrameSocket } from "./frame-socket.ts";
import { Heartbeat } from "./heartbeat.ts";

/** As much of a socket as a heartbeat has to do with. */
class Beating extends EventEmitter {
  readyState: number = WebSocket.OPEN;
  isPaused = false;
  readonly pingedAt: number[] = [];
  answers = true;

  ping(): void {
    this.pingedAt.push(Date.now());
    if (this.answers) this.emit("pong");
  }

  terminate(): void {
    this.readyState = WebSocket.CLOSED;
    this.emit("close");
  }
}

const everyMs = 1000;
let heartbeat: Heartbeat;
let begun: number;

beforeEach(() => {
  vi.useFakeTimers();
  begun = Date.now();
  heartbeat = Heartbeat.create(everyMs);
});

afterEach(() => {
  heartbeat.close();
  vi.useRealTimers();
});

function watched(count: number): Beating[] {
  const sockets = Array.from({ length: count }, () => new Beating());
  // A heartbeat uses no more of one.
  for (const socket of sockets) heartbeat.watch(socket as unknown as FrameSocket);
  return sockets;
}

it("pings each socket once in its interval, and never more of them together than have to be", () => {
  const sockets = watched(25);
  vi.advanceTimersByTime(3 * everyMs);
  const together = new Map<number, number>();
  for (const { pingedAt } of sockets) {
    expect(pingedAt).toHaveLength(3);
    for (const at of pingedAt) together.set(at - begun, (together.get(at - begun) ?? 0) + 1);
    expect(pingedAt.map((at) => at - (pingedAt[0] ?? 0))).toEqual([0, everyMs, 2 * everyMs]);
  }
  expect(Math.max(...together.values())).toBe(3);
});

it("ends the one that answers no ping, and none that is not read from or has missed a single one", () => {
  const [silent, paused, late] = [new Beating(), new Beating(), new Beating()];
  for (const socket of [silent, paused, late]) {
    socket.answers = false;
    heartbeat.watch(socket as unknown as FrameSocket);
  }
  paused.isPaused = true;
  vi.advanceTimersByTime(everyMs);
  late.answers = true;
  vi.advanceTimersByTime(2 * everyMs);
  const states = [silent, paused, late].map(({ readyState }) => readyState);
  expect(states).toEqual([WebSocket.CLOSED, WebSocket.OPEN, WebSocket.OPEN]);
});
