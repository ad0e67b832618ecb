import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import type { ShownCase, ShownProblem } from "@greenroom/shared/problem/problem.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";

/** A test case of a graded run: how it went, once it was met, and what it is, as far as this page knows. */
export interface CaseView {
  /** In the problem's order, from 1. */
  readonly number: number;
  readonly visibility: CaseResult["visibility"];
  readonly result: CaseResult | undefined;
  readonly shown: ShownCase | undefined;
}

export const isVisibleOnly = ({ task }: RunSummary): boolean => task.kind === "graded" && task.cases === "visible";

/** All test cases of a run, met or not. Those of a problem that is shown no more are known by their results alone. */
export function casesOf(
  run: RunSummary,
  results: readonly CaseResult[],
  problem: ShownProblem | null,
): readonly CaseView[] {
  const isShown = problem?.problemId === run.problem?.problemId && problem?.version === run.problem?.version;
  const ofProblem = isShown ? (problem?.cases ?? []) : [];
  const ofRun = isVisibleOnly(run) ? ofProblem.filter(({ visibility }) => visibility === "visible") : ofProblem;
  if (ofRun.length === 0) {
    return results.map((result) => ({
      number: result.number,
      visibility: result.visibility,
      result,
      shown: undefined,
    }));
  }
  return ofRun.map((shown) => ({
    number: shown.number,
    visibility: shown.visibility,
    // A run of the visible ones alone calls them by the problem's numbers too. [B4]
    result: results.find(({ number }) => number === shown.number),
    shown,
  }));
}
