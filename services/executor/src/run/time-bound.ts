import { defaultCompileLimits, defaultRunLimits, type RunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";

/** An interactor may be busy for so long after the program it talks to has ended. */
const interactorLongerMs = 2_000;
/** What everything that is no program may take: a sandbox that has to be started, files, the queue's and Redis' answers. */
const ownMs = 2_000;

/** What a checker or an interactor may use: as much as an ordinary program, and an interactor as long as the other lives. */
export function authorLimits(run: RunLimits): RunJob["limits"] {
  return {
    compile: defaultCompileLimits,
    run: {
      ...defaultRunLimits,
      cpuMs: Math.max(defaultRunLimits.cpuMs, run.cpuMs),
      wallMs: Math.max(defaultRunLimits.wallMs, run.wallMs + interactorLongerMs),
      memoryKib: 2 * defaultRunLimits.memoryKib,
    },
  };
}

/**
 * What a program in conversation may use: it and its interactor write at most 1 MiB each, which is what a sandbox lets wait
 * for a program that does not read. So neither ever loses a byte, and nothing has to slow the other down.
 */
export function talkLimits(run: RunLimits): RunLimits {
  return { ...run, outputBytes: Math.min(run.outputBytes, defaultRunLimits.outputBytes) };
}

/** Milliseconds after which a run has ended, whatever happens in it: all of its limits, and two seconds of ours. */
export function longestMs({ limits, task }: RunJob): number {
  const program = (count: number, of: RunJob["limits"]): number => of.compile.wallMs + count * of.run.wallMs;
  if (task.kind === "free") return program(1, limits) + ownMs;
  const authors = Number(task.checker.kind === "program") + Number(task.style.kind === "interactive");
  const count = task.cases.length;
  return program(count, limits) + authors * program(count, authorLimits(limits.run)) + ownMs;
}
