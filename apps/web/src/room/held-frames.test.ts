import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HeldFrames } from "./held-frames.ts";

const documentId = "00000000-0000-4000-8000-000000000001";
const clientId = "00000000-0000-4000-8000-000000000002";
const operations = (): DownFrame => ({ type: "document.operations", documentId, operations: [] });
const ack = (): DownFrame => ({ type: "operation.ack", documentId, clientId, seq: 1, revision: 1 });
const pong = (): DownFrame => ({ type: "pong" });

describe("while an input method composes", () => {
  let received: string[];
  let finished: number;
  let held: HeldFrames;

  beforeEach(() => {
    vi.useFakeTimers();
    received = [];
    finished = 0;
    held = new HeldFrames((frame) => received.push(frame.type));
  });
  afterEach(() => {
    held.close();
    vi.useRealTimers();
  });

  const hold = () => held.hold(() => finished++);

  it("what others write waits, in order, and with it what follows", () => {
    expect(held.keeps(operations())).toBe(false);
    hold();
    expect([operations(), ack(), pong()].map((frame) => held.keeps(frame))).toEqual([true, true, false]);
    held.release();
    expect(received).toEqual(["document.operations", "operation.ack"]);
    expect(held.keeps(operations())).toBe(false);
  });

  it("one's own acknowledgements do not wait, so that what is composed goes on its way", () => {
    hold();
    expect(held.keeps(ack())).toBe(false);
  });

  it("composing is ended when others have waited for five seconds, and only then", () => {
    hold();
    vi.advanceTimersByTime(60_000);
    expect(finished).toBe(0);
    held.keeps(operations());
    vi.advanceTimersByTime(4_999);
    expect([finished, received.length]).toEqual([0, 0]);
    vi.advanceTimersByTime(1);
    expect([finished, received.length]).toEqual([1, 1]);
  });

  it("a word that is done in time begins the waiting of the next one anew", () => {
    for (let word = 0; word < 3; word++) {
      hold();
      held.keeps(operations());
      vi.advanceTimersByTime(4_000);
      held.release();
    }
    expect([finished, received.length]).toEqual([0, 3]);
  });
});
