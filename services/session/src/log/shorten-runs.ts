import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import type { LoggedRun, SessionState } from "@greenroom/shared/log/state.ts";
import { givenInput } from "@greenroom/shared/protocol/run.ts";

/** A state without what makes runs long, but for those that are wanted whole: a session may have hundreds, of a megabyte each. */
export function shortenRuns(state: SessionState, whole: "newest" | "all" | "none"): SessionState {
  if (whole === "all") return state;
  const kept = whole === "newest" ? state.runs.at(-1) : undefined;
  return { ...state, runs: state.runs.map((run) => (run === kept ? run : shorten(run))) };
}

/** Without output and input; of a graded one, test cases with their verdicts and figures alone. */
function shorten({ run, cases }: LoggedRun): LoggedRun {
  const { task, result } = run;
  const isGiven = task.kind === "free" && task.input.kind === "given";
  const met = result?.cases && { cases: result.cases.map(figuresOf) };
  return {
    run: { ...run, task: isGiven ? givenInput("") : task, result: result && { ...result, ...met } },
    chunks: [],
    cases: cases.map(figuresOf),
  };
}

function figuresOf({ stdout: _out, stderr: _err, message: _message, ...figures }: CaseResult): CaseResult {
  return figures;
}
