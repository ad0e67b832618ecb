import { constants } from "node:os";
import type { RunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { OutOfMemorySign } from "../runtimes/runtime.ts";
import type { StepEnd } from "../sandbox/protocol.ts";
import { RunError } from "./run-error.ts";

/** What a program came to before anybody looks at what it wrote. */
export type ProgramOutcome = "exited" | "output-limit" | "time-limit" | "memory-limit" | "runtime-error";

/** A runtime's own words about memory count from this share of the limit on. */
const plausibleShare = 0.5;

/**
 * How a program ended. Of several that apply the first of `verdictOrder` counts: more output than allowed, then time, then
 * memory, then its own end; the supervisor's reason names only what it noticed first.
 *
 * A runtime that keeps its heap below the limit says so when that is full, on stderr, where every program can write: its
 * words count only together with the way such a runtime ends, and only when the program really had much of its memory.
 * So no runtime error can be passed off as a memory limit for nothing; and a refused request for far more than there is,
 * which took no memory, is a runtime error.
 */
export function judgeProgram(facts: {
  end: StepEnd;
  limits: RunLimits;
  signs: readonly OutOfMemorySign[];
  /** The end of what it wrote to stderr. */
  stderrTail: string;
}): ProgramOutcome {
  const { end, limits } = facts;
  if (end.reason === "output" || end.outputBytes > limits.outputBytes) return "output-limit";
  if (end.reason === "wall" || end.reason === "cpu") return "time-limit";
  if (end.wallMs > limits.wallMs || end.cpuMs > limits.cpuMs) return "time-limit";
  if (end.reason === "memory" || end.outOfMemory || end.memoryKib > limits.memoryKib) return "memory-limit";
  if (end.exitCode === 0) return "exited";
  const isPlausible = end.memoryKib >= limits.memoryKib * plausibleShare;
  return isPlausible && facts.signs.some((sign) => isSign(sign, end, facts.stderrTail))
    ? "memory-limit"
    : "runtime-error";
}

function isSign(sign: OutOfMemorySign, end: StepEnd, stderrTail: string): boolean {
  return (
    (sign.exitCode === undefined || sign.exitCode === end.exitCode) &&
    (sign.signal === undefined || sign.signal === signalName(end.signal)) &&
    stderrTail.includes(sign.stderr)
  );
}

/** The supervisor's stage (protocol.h) in which a program is started, all else being done. */
const execStage = 4;
/** It is not there, no program, not executable, or its loader is none of these (Linux's errno). */
const unfitErrnos: readonly number[] = [2, 8, 13, 20, 21, 22, 40, 80];

/**
 * That a program could not even be started is our fault: it is in the image. Only what a compiler has made may be no
 * program, such as a library; the shell's 127 is its exit code then.
 *
 * @param compiled whether it was made from the candidate's sources
 */
export function refuseUnstarted(end: StepEnd, compiled: boolean): void {
  if (end.reason !== "not-started") return;
  if (compiled && end.startStage === execStage && unfitErrnos.includes(end.startErrno)) return;
  throw new RunError("sandbox-fault", `The program was not started: stage ${end.startStage}, errno ${end.startErrno}.`);
}

export function signalName(number: number | null): string | null {
  if (number === null) return null;
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `SIG${number}`;
}

/** What a result says of a step: times to a hundredth of a millisecond. */
export function measured(end: StepEnd): {
  exitCode: number | null;
  signal: string | null;
  wallMs: number;
  cpuMs: number;
  memoryKib: number;
} {
  return {
    exitCode: end.exitCode,
    signal: signalName(end.signal),
    wallMs: round(end.wallMs),
    cpuMs: round(end.cpuMs),
    memoryKib: end.memoryKib,
  };
}

export function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
