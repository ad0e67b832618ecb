import type { Family } from "../runtimes.ts";
import type { SandboxPool } from "../sandbox/pool.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { RunStopped } from "./run-error.ts";

/** A sandbox of the pool. Throws RunStopped when `signal` comes first. */
export async function takeSandbox(
  pool: Pick<SandboxPool, "take" | "giveBack">,
  wanted: { family: Family; trustDomain: string; fresh: boolean },
  signal: AbortSignal,
): Promise<Sandbox> {
  if (signal.aborted) throw new RunStopped();
  const taking = pool.take(wanted);
  const stopped = new AbortController();
  try {
    return await Promise.race([taking, whenAborted(signal, stopped.signal)]);
  } catch (error) {
    // It comes too late for this run; the next one of its domain will have it.
    taking.then((late) => pool.giveBack(late)).catch(() => undefined);
    throw error;
  } finally {
    stopped.abort();
  }
}

/** Rejects with RunStopped when `signal` is aborted, and holds on to nothing once `done` is. */
function whenAborted(signal: AbortSignal, done: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new RunStopped()), { once: true, signal: done });
  });
}
