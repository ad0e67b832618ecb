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
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(new RunStopped());
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([taking, stopped]);
  } catch (error) {
    // It comes too late for this run; the next one of its domain will have it.
    taking.then((late) => pool.giveBack(late)).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
