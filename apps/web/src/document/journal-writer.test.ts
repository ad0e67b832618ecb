import { describe, expect, it } from "vitest";
import { JournalError } from "./journal-store.ts";
import { JournalWriter } from "./journal-writer.ts";
import type { PendingState } from "./pending-state.ts";

const longestWriteMs = 5000;

/** A writer whose writes end when it is said, and the moments it waits for. */
function desk() {
  let pending: PendingState | undefined;
  const writes: { what: string; end: (error?: Error) => void }[] = [];
  const timers: (() => void)[] = [];
  const write = (what: string) =>
    new Promise<void>((resolve, reject) => {
      writes.push({ what, end: (error) => (error ? reject(error) : resolve()) });
    });
  const writer = new JournalWriter({
    read: () => pending,
    put: (state) => write(`put ${state.seq}`),
    remove: () => write("remove"),
    after: (delayMs, callback) => delayMs !== longestWriteMs && timers.push(callback),
    onState: () => {},
  });
  return {
    writer,
    writes: () => writes.map(({ what }) => what),
    type: (seq: number) => {
      pending = { clientId: "c", seq, revision: 0, base: "", inFlight: undefined, buffer: undefined };
      writer.changed();
    },
    acknowledge: () => {
      pending = undefined;
      writer.changed();
    },
    wait: () => timers.splice(0).forEach((callback) => callback()),
    end: async (error?: Error) => {
      writes.at(-1)?.end(error);
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    },
  };
}

describe("the journal of a document", () => {
  it("[J2] is written once at a time, and the next write carries all that came since", async () => {
    const { writer, type, wait, writes, end } = desk();
    type(1);
    type(2);
    wait();
    expect(writes()).toEqual(["put 2"]);
    for (const seq of [3, 4, 5]) type(seq);
    wait();
    expect(writes()).toEqual(["put 2"]);
    await end();
    expect(writer.isKept).toBe(false);
    expect(writes()).toEqual(["put 2", "put 5"]);
    await end();
    expect(writer.isKept).toBe(true);
  });

  it("[J1] is not written for what is acknowledged at once, and is removed with the last acknowledgement", async () => {
    const { type, acknowledge, wait, writes, end } = desk();
    type(1);
    acknowledge();
    wait();
    await end();
    expect(writes()).toEqual([]);
    type(2);
    wait();
    await end();
    acknowledge();
    wait();
    expect(writes()).toEqual(["put 2", "remove"]);
  });

  it("[J5] calls back when what stands now is written, and not for a write that was under way", async () => {
    const { writer, type, wait, end } = desk();
    const called: string[] = [];
    type(1);
    wait();
    type(2);
    writer.ahead(() => called.push("written"));
    await end();
    expect(called).toEqual([]);
    await end();
    expect(called).toEqual(["written"]);
  });

  it("[J9] says why it fails, holds nobody up, tries again, and leaves no older state beside what is sent", async () => {
    const { writer, type, wait, writes, end } = desk();
    const called: string[] = [];
    type(1);
    writer.ahead(() => called.push("first"));
    await end(new JournalError("full"));
    expect(writes()).toEqual(["put 1", "remove"]);
    await end();
    expect(writer.problem).toBe("full");
    expect(writer.isKept).toBe(false);
    expect(called).toEqual(["first"]);
    writer.ahead(() => called.push("second"));
    expect(called).toEqual(["first", "second"]);
    await end();
    wait();
    await end();
    expect(writer.problem).toBeUndefined();
    expect(writer.isKept).toBe(true);
  });
});
