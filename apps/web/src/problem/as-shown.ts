import type { ProblemVersion, ShownProblem } from "@greenroom/shared/problem/problem.ts";

/** A problem as an interviewer sees it in a room. */
export function asShown({ problemId, version, content }: ProblemVersion): ShownProblem {
  const { title, statement, style, checker, cases, limits } = content;
  return {
    problemId,
    version,
    title,
    statement,
    style: style.kind === "function" ? style : { kind: style.kind },
    checker: checker.kind,
    cases: cases.map((one, index) => ({ ...one, number: index + 1 })),
    limits,
  };
}
