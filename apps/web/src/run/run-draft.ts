import type { RunTask } from "@greenroom/shared/protocol/run.ts";
import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";

/** What the next free run of this page will be given. */
export interface RunDraft {
  readonly mode: "given" | "terminal";
  readonly text: string;
}

export function freeTask(draft: RunDraft, terminal: { columns: number; rows: number }): RunTask {
  const input =
    draft.mode === "terminal"
      ? ({ kind: "terminal", ...terminal } as const)
      : ({ kind: "given", text: draft.text } as const);
  return { kind: "free", input };
}

/** A function that nobody calls, and a program that nobody talks to, do nothing when they are run alone. */
export function runsAlone(problem: ShownProblem | null): boolean {
  return problem === null || problem.style.kind === "stdin";
}
