import { runFree } from "./free-run.ts";
import { grade } from "./grade.ts";
import type { RunContext } from "./run-context.ts";
import { notRun, type RunEnd } from "./run-end.ts";
import { RunStopped } from "./run-error.ts";

/**
 * Carries out a run and says how it ended. Output and cases go to `output` while it runs. Rejects with a RunError when it
 * was our fault; whatever the program does is in the result.
 */
export async function executeRun(context: RunContext): Promise<RunEnd> {
  const { task } = context.job;
  try {
    return task.kind === "free" ? await runFree(context, task) : await grade(context, task);
  } catch (error) {
    if (error instanceof RunStopped) return notRun;
    throw error;
  }
}
