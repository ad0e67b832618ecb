import { maxSourceBytes, maxStdinBytes } from "@greenroom/shared/jobs/program.ts";
import type { ProblemVersion } from "@greenroom/shared/problem/problem.ts";
import type { FrameErrorCode } from "@greenroom/shared/protocol/error.ts";
import type { RunAvailability, RunSummary, RunTask } from "@greenroom/shared/protocol/run.ts";
import { hasDriver } from "@greenroom/shared/signature/drivers.ts";
import type { ProgramFile } from "../db/schema.ts";

interface WantedRun {
  readonly language: RunSummary["language"];
  readonly source: string;
  readonly files: readonly ProgramFile[];
  readonly task: RunTask;
  readonly problem: ProblemVersion | null;
}

/** Why a run cannot be had, whoever asks: nothing may reach an executor that it would refuse, for that counts as our fault. */
export function refuseRun(
  { language, source, files, task, problem }: WantedRun,
  { available, ready }: RunAvailability,
): FrameErrorCode | undefined {
  if (!available || !ready.includes(language)) return "run-unavailable";
  const bytes = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), Buffer.byteLength(source));
  if (bytes > maxSourceBytes) return "source-too-large";
  if (task.kind === "free") {
    const input = task.input.kind === "given" ? task.input.text : "";
    return Buffer.byteLength(input) > maxStdinBytes ? "source-too-large" : undefined;
  }
  if (!problem || numbersOf(task, problem).length === 0) return "unknown-problem";
  return problem.content.style.kind === "function" && !hasDriver(language) ? "run-unavailable" : undefined;
}

/** The problem's numbers, from 1, of the cases that a task meets, in order. */
export function numbersOf(task: RunTask, problem: ProblemVersion | null): number[] {
  if (task.kind !== "graded" || !problem) return [];
  return problem.content.cases.flatMap(({ visibility }, index) =>
    task.cases === "all" || visibility === "visible" ? [index + 1] : [],
  );
}
