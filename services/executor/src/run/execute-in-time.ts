import { executeRun } from "./execute-run.ts";
import type { RunContext } from "./run-context.ts";
import { internalError, type RunEnd } from "./run-end.ts";
import { RunError } from "./run-error.ts";
import { longestMs } from "./time-bound.ts";

/** A run that is overdue is told to end, and given up when it has not after so long. */
const endWithinMs = 250;

/** Carries out a run, which ends within its limits and two seconds, whatever breaks. Never rejects. */
export async function executeInTime(context: RunContext, withinMs: number = longestMs(context.job)): Promise<RunEnd> {
  const overdue = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => {
      overdue.abort();
      timer = setTimeout(() => resolve("late"), endWithinMs);
    }, withinMs - endWithinMs);
  });
  const stop = AbortSignal.any([context.stop, overdue.signal]);
  const end = await Promise.race([carryOut({ ...context, stop }), late]);
  clearTimeout(timer);
  if (end !== "late" && !(end.outcome === "stopped" && overdue.signal.aborted)) return end;
  context.logger.error({ withinMs }, "A run did not end in time");
  return internalError("run-overdue");
}

async function carryOut(context: RunContext): Promise<RunEnd> {
  try {
    return await executeRun(context);
  } catch (error) {
    context.logger.error({ err: error }, "A run failed, and not by its own fault");
    return internalError(error instanceof RunError ? error.code : "unexpected");
  }
}
