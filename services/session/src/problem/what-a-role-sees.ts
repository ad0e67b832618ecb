import type { CaseResult, RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { ShownCase, ShownProblem } from "@greenroom/shared/problem/problem.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { can, type Role } from "@greenroom/shared/roles.ts";
import type { ProblemVersion } from "./problem-repository.ts";

/**
 * The one place that decides what of hidden test cases a participant is told: those who may see them, everything; the
 * others that there is one, and its verdict. [B3]
 */
export type Sight = "everything" | "no-hidden";

export function sightOf(role: Role): Sight {
  return can(role, "see-hidden") ? "everything" : "no-hidden";
}

export function showProblem({ problemId, version, content }: ProblemVersion, sight: Sight): ShownProblem {
  const { style } = content;
  return {
    problemId,
    version,
    title: content.title,
    statement: content.statement,
    // Of an interactor nobody sees the text.
    style: style.kind === "interactive" ? { kind: style.kind } : style,
    checker: content.checker.kind,
    cases: content.cases.map(({ visibility, input, expected }, index): ShownCase => {
      const number = index + 1;
      if (visibility === "visible") return { number, visibility, input, expected };
      return { number, visibility, ...(sight === "everything" ? { input, expected } : {}) };
    }),
    limits: content.limits,
  };
}

/** What is left of a hidden case: not how long it took, nor how it broke, for both depend on what is in it. */
function hide({ number, visibility, verdict }: CaseResult): CaseResult {
  return {
    number,
    visibility,
    verdict,
    wallMs: null,
    cpuMs: null,
    memoryKib: null,
    exitCode: null,
    signal: null,
  };
}

export function showCase(result: CaseResult, sight: Sight): CaseResult {
  return sight === "everything" || result.visibility === "visible" ? result : hide(result);
}

/** Figures of a whole run are those of its worst case; without the hidden ones they are those of the worst visible one. */
export function showResult(result: RunResult, sight: Sight): RunResult {
  const { cases, receipt: _receipt, ...rest } = result;
  if (sight === "everything" || !cases) return result;
  const visible = cases.filter(({ visibility }) => visibility === "visible");
  const decided = cases.find(({ verdict }) => verdict !== "accepted");
  const worst = (of: (one: CaseResult) => number | null): number | null =>
    visible.reduce<number | null>((most, one) => {
      const value = of(one);
      return value === null || (most !== null && most > value) ? most : value;
    }, null);
  const byHidden = decided?.visibility === "hidden";
  return {
    ...rest,
    exitCode: byHidden ? null : rest.exitCode,
    signal: byHidden ? null : rest.signal,
    wallMs: worst(({ wallMs }) => wallMs),
    cpuMs: worst(({ cpuMs }) => cpuMs),
    memoryKib: worst(({ memoryKib }) => memoryKib),
    cases: cases.map((one) => showCase(one, sight)),
  };
}

export function showSummary(summary: RunSummary, sight: Sight): RunSummary {
  return { ...summary, result: summary.result && showResult(summary.result, sight) };
}
