import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { RunErrorCode } from "./run-error.ts";

/** A result but for the number of chunks, which is known only when all are sent. */
export type RunEnd = Omit<RunResult, "chunks">;

/** How a run ends whose program never started. */
export const notRun: RunEnd = {
  outcome: "stopped",
  exitCode: null,
  signal: null,
  wallMs: null,
  cpuMs: null,
  memoryKib: null,
  compileMs: null,
};

/** How a run ends that we could not carry out. */
export function internalError(code: RunErrorCode): RunEnd {
  return { ...notRun, outcome: "internal-error", errorCode: code };
}
