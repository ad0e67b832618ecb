import { defaultCompileLimits, defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import { type GradedTask, type RunJob, runPriority } from "@greenroom/shared/jobs/run-job.ts";
import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { ProblemVersion } from "@greenroom/shared/problem/problem.ts";
import type { RunTask } from "@greenroom/shared/protocol/run.ts";
import type { ProgramFile } from "../db/schema.ts";

/** Everything that a run's job is made of; all of it is in the run's row, so that the same job can be made again. */
export interface RunFacts {
  readonly runId: string;
  readonly sessionId: string;
  readonly language: LanguageId;
  /** The entry's text, and the other files of its project. */
  readonly source: string;
  readonly files: readonly ProgramFile[];
  readonly task: RunTask;
  /** The problem that a graded run meets, and its seed. */
  readonly problem: ProblemVersion | null;
  readonly seed: number | null;
}

export function makeJob(run: RunFacts): { job: RunJob; priority: number } {
  const program = {
    language: run.language,
    files: [{ name: getLanguage(run.language).fileName, content: run.source }, ...run.files],
  };
  const common = { runId: run.runId, trustDomain: `session:${run.sessionId}`, program };
  if (run.task.kind === "free") {
    return {
      job: {
        ...common,
        task: { kind: "free", input: run.task.input, arguments: [] },
        limits: { compile: defaultCompileLimits, run: defaultRunLimits },
      },
      priority: runPriority.free,
    };
  }
  if (!run.problem) throw new Error(`Run ${run.runId} is graded, and has no problem.`);
  return {
    job: {
      ...common,
      task: gradedTask(run.problem, run.task.cases, run.seed ?? 0),
      limits: { compile: defaultCompileLimits, run: run.problem.content.limits },
    },
    priority: runPriority.graded,
  };
}

function gradedTask({ problemId, content }: ProblemVersion, which: "visible" | "all", seed: number): GradedTask {
  const { style, checker, cases } = content;
  return {
    kind: "graded",
    style,
    checker,
    cases: which === "all" ? cases : cases.filter(({ visibility }) => visibility === "visible"),
    stopAtFirstFailure: false,
    authorDomain: `problem:${problemId}`,
    seed,
  };
}
