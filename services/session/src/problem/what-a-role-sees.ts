import type { CaseResult, RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { ProblemVersion, ShownCase, ShownProblem } from "@greenroom/shared/problem/problem.ts";
import type { RunSummary, RunTask } from "@greenroom/shared/protocol/run.ts";
import { can, type Role } from "@greenroom/shared/roles.ts";

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

/** Who looks at a run, and at which. */
export interface View {
  readonly sight: Sight;
  /** An author's program decides: what it says may quote itself, or more of the problem than the case at hand. */
  readonly byAuthor: boolean;
}

/** Whether a checker or an interactor of the author's decides. */
export function isDecidedByAuthor(problem: ProblemVersion | null): boolean {
  return (
    problem !== null && (problem.content.checker.kind === "program" || problem.content.style.kind === "interactive")
  );
}

export function showCase(result: CaseResult, { sight, byAuthor }: View): CaseResult {
  if (sight === "everything") return result;
  if (result.visibility === "hidden") return hide(result);
  const { message: _message, ...rest } = result;
  return byAuthor ? rest : result;
}

/** Of a graded run, the compiler's words are what everybody may read: a hidden case's output is in no chunk, and if it were, it would stay here. */
export function showChunks(chunks: readonly OutputChunk[], task: RunTask, { sight }: View): OutputChunk[] {
  const isShown = ({ stream }: OutputChunk): boolean =>
    sight === "everything" || task.kind === "free" || stream === "compile";
  return chunks.map((chunk) => (isShown(chunk) ? chunk : { ...chunk, text: "" }));
}

/** Figures of a whole run are those of its worst case; without the hidden ones they are those of the worst visible one. */
export function showResult(result: RunResult, view: View): RunResult {
  // A receipt's hash of the task would confirm a guess at a hidden case.
  const { cases, receipt: _receipt, ...rest } = result;
  if (view.sight === "everything") return result;
  if (!cases) return rest;
  const visible = cases.filter(({ visibility }) => visibility === "visible");
  const decisive = cases.find(({ verdict }) => verdict !== "accepted") ?? cases.at(-1);
  const worst = (of: (one: CaseResult) => number | null): number | null =>
    visible.reduce<number | null>((most, one) => {
      const value = of(one);
      return value === null || (most !== null && most > value) ? most : value;
    }, null);
  const { exitCode, signal } = decisive ? showCase(decisive, view) : rest;
  return {
    ...rest,
    exitCode,
    signal,
    wallMs: worst(({ wallMs }) => wallMs),
    cpuMs: worst(({ cpuMs }) => cpuMs),
    memoryKib: worst(({ memoryKib }) => memoryKib),
    cases: cases.map((one) => showCase(one, view)),
  };
}

export function showSummary(summary: RunSummary, view: View): RunSummary {
  return { ...summary, result: summary.result && showResult(summary.result, view) };
}
