import type { FreeTask, RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { RunOutcome } from "@greenroom/shared/jobs/run-result.ts";
import type { StepEnd, StepInput } from "../sandbox/protocol.ts";
import { Capture } from "./capture.ts";
import { carryOut } from "./live-input.ts";
import { judgeProgram, measured } from "./outcome.ts";
import { PreparedProgram } from "./prepared-program.ts";
import type { RunContext } from "./run-context.ts";
import { notRun, type RunEnd } from "./run-end.ts";

/** Compiles a program and runs it once; what it writes is in the run's output as it comes. */
export async function runFree(context: RunContext, task: FreeTask): Promise<RunEnd> {
  const { job, pool, output, stop } = context;
  const program = await PreparedProgram.create({
    pool,
    trustDomain: job.trustDomain,
    program: job.program,
    limits: job.limits,
    arguments: task.arguments,
    runs: "once",
    ...output.forCompiler(),
    signal: stop,
  });
  if (!(program instanceof PreparedProgram)) return { ...notRun, outcome: "compile-error", ...program };
  try {
    const tail = new Capture();
    const ending = program.run({
      input: toStepInput(task),
      onOutput: (stream, bytes) => {
        output.write(stream, bytes);
        if (stream === "stderr") tail.add(stream, bytes);
      },
      signal: stop,
    });
    context.orders?.receive((order) => carryOut(order, task.input.kind, program.sandbox));
    const end = await ending;
    output.endSource("stdout");
    output.endSource("stderr");
    const outcome = isStopped(end, stop) ? "stopped" : judgeFree(job, program, end, tail);
    return { outcome, ...measured(end), compileMs: program.compileMs };
  } finally {
    context.orders?.receive(() => undefined);
    program.close();
  }
}

function toStepInput({ input }: FreeTask): StepInput {
  if (input.kind !== "given") return input;
  return { kind: "given", bytes: Buffer.from(input.text) };
}

function judgeFree(job: RunJob, program: PreparedProgram, end: StepEnd, tail: Capture): RunOutcome {
  const signs = program.runtime.outOfMemory;
  return judgeProgram({ end, limits: job.limits.run, signs, stderrTail: tail.stderrTail() });
}

/** A program may also end because it noticed that it was being stopped. */
function isStopped(end: StepEnd, stop: AbortSignal): boolean {
  return end.reason === "ordered" || (end.reason === "itself" && stop.aborted && end.exitCode !== 0);
}
