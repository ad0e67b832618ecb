import type { Verdict } from "@greenroom/shared/jobs/grading.ts";
import type { GradedTask } from "@greenroom/shared/jobs/run-job.ts";
import type { StepEnd } from "../sandbox/protocol.ts";
import type { Opinion } from "./author-program.ts";
import type { PreparedProgram } from "./prepared-program.ts";
import type { Questions } from "./questions.ts";
import type { RunContext } from "./run-context.ts";

export interface CaseTools {
  readonly context: RunContext;
  readonly task: GradedTask;
  readonly questions: Questions;
  readonly program: PreparedProgram;
  /** The checker, or the interactor. */
  readonly author: PreparedProgram | undefined;
}

/** How one case ended, with all that may be told of it; what is told of a hidden one is decided elsewhere. */
export interface CaseEnd {
  readonly verdict: Verdict;
  readonly end: StepEnd;
  readonly stdout: () => Buffer;
  readonly stderr: () => Buffer;
  readonly message?: (() => string) | undefined;
}

/** A checker that broke is in the log for whoever runs this, whatever the case. */
export function reportOpinion(context: RunContext, opinion: Opinion): Pick<CaseEnd, "verdict" | "message"> {
  if (opinion.verdict === "internal-error") context.logger.error({ said: opinion.words }, "A checker failed");
  return { verdict: opinion.verdict, message: () => opinion.words };
}
