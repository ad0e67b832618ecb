import type { types } from "mediasoup-client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Pulse } from "./pulse.ts";

let bytes: number;
let lost: number;
let toldThere: boolean[];
let answers: boolean;
let close: () => void;
let pulse: Pulse;

beforeEach(() => {
  vi.useFakeTimers();
  [bytes, lost, toldThere, answers] = [0, 0, [], true];
  const report = () =>
    new Map<string, object>([
      ["T", { id: "T", type: "transport", selectedCandidatePairId: "P" }],
      ["P", { id: "P", type: "candidate-pair", bytesReceived: bytes }],
    ]);
  const transport = {
    closed: false,
    getStats: () => Promise.resolve(report()),
    observer: { on: (_event: string, listener: () => void) => (close = listener) },
  };
  // No more of a transport is used.
  pulse = new Pulse(transport as unknown as types.Transport, {
    ask: () => (answers ? Promise.resolve() : new Promise(() => {})),
    onLost: ({ isServiceThere }) => {
      lost += 1;
      toldThere.push(isServiceThere);
    },
  });
});

afterEach(() => {
  close();
  vi.useRealTimers();
});

/** Words as they come from the service. */
async function hearFor(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    pulse.heard();
    await vi.advanceTimersByTimeAsync(250);
  }
}

it("[V7] nothing is lost while words come, and before any has come", async () => {
  await vi.advanceTimersByTimeAsync(10_000);
  await hearFor(10_000);
  expect(lost).toBe(0);
});

it("[V7] silence in which nothing else comes either is told within a second, once", async () => {
  await hearFor(2000);
  await vi.advanceTimersByTimeAsync(750);
  expect(lost).toBe(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lost).toBe(1);
  await hearFor(800);
  await vi.advanceTimersByTimeAsync(1000);
  expect(lost).toBe(2);
  expect(toldThere).toEqual([true, true]);
});

it("[V7] words that come unevenly are waited for longer", async () => {
  for (const gap of [250, 900, 250, 1300, 400, 1000]) {
    pulse.heard();
    await vi.advanceTimersByTimeAsync(gap);
  }
  pulse.heard();
  await vi.advanceTimersByTimeAsync(1900);
  expect(lost).toBe(0);
  await vi.advanceTimersByTimeAsync(1100);
  expect(lost).toBe(1);
});

it("[V7] tells whether the service still answers over its socket", async () => {
  await hearFor(2000);
  answers = false;
  await vi.advanceTimersByTimeAsync(1400);
  expect(toldThere).toEqual([false]);
});

it("[V7] a service that is held up says nothing, and is not lost while sound and pictures come", async () => {
  await hearFor(2000);
  const coming = setInterval(() => (bytes += 100), 50);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lost).toBe(0);
  clearInterval(coming);
  await vi.advanceTimersByTimeAsync(2000);
  expect(lost).toBe(1);
});

it("[V7] what is lost again before the service has said a word is told again", async () => {
  await hearFor(2000);
  await vi.advanceTimersByTimeAsync(2000);
  expect(lost).toBe(1);
  const coming = setInterval(() => (bytes += 100), 50);
  await vi.advanceTimersByTimeAsync(2000);
  clearInterval(coming);
  expect(lost).toBe(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(lost).toBe(2);
});

it("[V7] a network that may have changed is looked at at once", async () => {
  await hearFor(4000);
  pulse.check();
  await vi.advanceTimersByTimeAsync(200);
  pulse.heard();
  await vi.advanceTimersByTimeAsync(200);
  expect(lost).toBe(0);
  pulse.check();
  await vi.advanceTimersByTimeAsync(500);
  expect(lost).toBe(1);
});
