import type { GradedTask } from "@greenroom/shared/jobs/run-job.ts";
import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import { prepareAuthorProgram } from "./author-program.ts";
import { CaseReport } from "./case-report.ts";
import type { CaseEnd, CaseTools } from "./case-end.ts";
import { runCase } from "./run-case.ts";
import { PreparedProgram } from "./prepared-program.ts";
import { makeQuestions } from "./questions.ts";
import { makeReceipt, seedEnvironment } from "./receipt.ts";
import type { RunContext } from "./run-context.ts";
import { internalError, notRun, type RunEnd } from "./run-end.ts";
import { RunStopped } from "./run-error.ts";
import { talkLimits } from "./time-bound.ts";

/**
 * Compiles a program once, in a sandbox that nobody has used, and runs it on each test case, one after the other: side by
 * side they would slow each other down. Nothing between two cases waits for anything but the sandbox.
 */
export async function grade(context: RunContext, task: GradedTask): Promise<RunEnd> {
  const { job, pool, output, stop } = context;
  const questions = makeQuestions(task, job.program);
  const program = await PreparedProgram.create({
    pool,
    trustDomain: job.trustDomain,
    program: questions.program,
    limits: task.style.kind === "interactive" ? { ...job.limits, run: talkLimits(job.limits.run) } : job.limits,
    environment: seedEnvironment(task.seed),
    runs: "per-case",
    ...output.forCompiler(),
    signal: stop,
  });
  let author: PreparedProgram | "broken" | undefined;
  try {
    // Only now its image is there for certain.
    const receipt = makeReceipt(job, task, await context.equipment(job.program.language));
    if (!(program instanceof PreparedProgram))
      return { ...notRun, outcome: "compile-error", ...program, cases: [], receipt };
    author = await prepareAuthor(context, task);
    if (author === "broken") return { ...internalError("checker-failed"), cases: [], receipt };
    const cases = await runCases(context, task, { context, task, questions, program, author });
    return { ...sumUp(cases, task, stop.aborted), compileMs: program.compileMs, receipt };
  } finally {
    for (const one of [program, author]) if (one instanceof PreparedProgram) one.close();
  }
}

async function prepareAuthor(context: RunContext, task: GradedTask): Promise<PreparedProgram | "broken" | undefined> {
  const { checker, style } = task;
  const program = style.kind === "interactive" ? style.interactor : checker.kind === "program" ? checker.program : null;
  return program ? ((await prepareAuthorProgram(context, task, program)) ?? "broken") : undefined;
}

/** The cases that were run, until somebody stops the run or the task says that it has seen enough. */
async function runCases(context: RunContext, task: GradedTask, tools: CaseTools): Promise<CaseResult[]> {
  const report = new CaseReport((result) => context.output.writeCase(result));
  for (const [index, testCase] of task.cases.entries()) {
    const end = await unlessStopped(runCase(tools, testCase), context.stop);
    if (!end) break;
    report.add(index + 1, testCase, end);
    if (task.stopAtFirstFailure && end.verdict !== "accepted") break;
  }
  return report.results;
}

/** A case in the middle of which the run was stopped is none. */
async function unlessStopped(running: Promise<CaseEnd>, stop: AbortSignal): Promise<CaseEnd | undefined> {
  try {
    const end = await running;
    return stop.aborted ? undefined : end;
  } catch (error) {
    if (error instanceof RunStopped) return undefined;
    throw error;
  }
}

function sumUp(cases: CaseResult[], task: GradedTask, stopped: boolean): RunEnd {
  const decisive = cases.find(({ verdict }) => verdict !== "accepted") ?? cases.at(-1);
  const isWhole = cases.length === task.cases.length || (task.stopAtFirstFailure && decisive?.verdict !== "accepted");
  const outcome = stopped && !isWhole ? "stopped" : (decisive?.verdict ?? "stopped");
  return {
    ...notRun,
    outcome,
    exitCode: decisive?.exitCode ?? null,
    signal: decisive?.signal ?? null,
    wallMs: largest(cases.map((one) => one.wallMs)),
    cpuMs: largest(cases.map((one) => one.cpuMs)),
    memoryKib: largest(cases.map((one) => one.memoryKib)),
    cases,
    ...(outcome === "internal-error" ? { errorCode: "checker-failed" } : {}),
  };
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
