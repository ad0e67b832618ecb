import { vi } from "vitest";

/** Waits for a condition: as short as it can, as long as a busy machine needs. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 20 });
}
