import { expect } from "vitest";

/** Expects what will be true soon, on a busy machine too: looks again and again, and for ten seconds at the most. */
export const eventually = <Value>(look: () => Value) => expect.poll(look, { timeout: 10_000, interval: 20 });
