import { constants } from "node:os";
import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { RunOutcome, RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import { baseEnvironment, runStepLimits, runtimes, type Runtime } from "../runtimes.ts";
import type { SandboxPool } from "../sandbox/pool.ts";
import type { StepEnd, StepFile } from "../sandbox/protocol.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { compile } from "./compile.ts";
import type { RunOutput } from "./output.ts";
import { RunError } from "./run-error.ts";

/** How much of the end of stderr is searched for a runtime's words about its own heap. */
const tailBytes = 8192;

/** A result but for the number of chunks, which is known only when all are sent. */
export type RunEnd = Omit<RunResult, "chunks">;

const notRun: RunEnd = {
  outcome: "stopped",
  exitCode: null,
  signal: null,
  wallMs: null,
  cpuMs: null,
  memoryKib: null,
  compileMs: null,
};

/** How a run ends that we could not carry out. */
export function internalError(code: string): RunEnd {
  return { ...notRun, outcome: "internal-error", errorCode: code };
}

/**
 * Carries out a free run: compiles where the language does, runs, and says how it ended. Output goes to `output` while it
 * runs. Rejects with a RunError when it was our fault; whatever the program does is in the result.
 */
export async function executeRun(options: {
  job: RunJob;
  pool: SandboxPool;
  output: RunOutput;
  /** Aborted when somebody stops the run. */
  stop: AbortSignal;
}): Promise<RunEnd> {
  const { job, pool, stop } = options;
  if (stop.aborted) return notRun;
  const runtime = runtimes[job.program.language];
  const taking = pool.take({ family: runtime.family, trustDomain: job.trustDomain });
  const sandbox = await Promise.race([taking, aborted(stop)]);
  if (!sandbox) {
    // It comes too late for this run; the next one of its domain will have it.
    taking.then((late) => pool.giveBack(late)).catch(() => undefined);
    return notRun;
  }
  try {
    return await runIn({ ...options, sandbox, runtime });
  } finally {
    pool.giveBack(sandbox);
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}

type InSandbox = Parameters<typeof executeRun>[0] & { sandbox: Sandbox; runtime: Runtime };

async function runIn(options: InSandbox): Promise<RunEnd> {
  const { job, runtime, stop } = options;
  const [entry] = job.program.files;
  const source: StepFile = { name: getLanguage(job.program.language).fileName, content: entry?.content ?? "" };
  if (!runtime.compile) return runProgram(options, [source]);
  const compiled = await compile({ ...options, source, command: runtime.compile(source.content), signal: stop });
  refuseUnstarted(compiled);
  const compileMs = round(compiled.wallMs);
  if (stop.aborted) return { ...notRun, compileMs };
  if (compiled.reason !== "itself" || compiled.exitCode !== 0)
    return { ...notRun, outcome: "compile-error", compileMs };
  return { ...(await runProgram(options, [])), compileMs };
}

async function runProgram(options: InSandbox, files: readonly StepFile[]): Promise<RunEnd> {
  const { job, runtime, output, sandbox, stop } = options;
  const command = runtime.run(job.limits.run);
  let tail = "";
  const end = await sandbox.run(
    {
      argv: command.argv,
      environment: { ...baseEnvironment, ...command.environment },
      files,
      stdin: job.task.kind === "free" && job.task.input.kind === "given" ? job.task.input.text : "",
      limits: runStepLimits(job.limits.run, runtime),
    },
    (stream, bytes) => {
      output.write(stream, bytes);
      if (stream === "stderr") tail = (tail + bytes.toString("latin1")).slice(-tailBytes);
    },
    stop,
  );
  output.endSource("stdout");
  output.endSource("stderr");
  refuseUnstarted(end);
  const signal = signalName(end.signal);
  return {
    outcome: judge({ end, job, runtime, signal, tail, stopped: stop.aborted }),
    exitCode: end.exitCode,
    signal,
    wallMs: round(end.wallMs),
    cpuMs: round(end.cpuMs),
    memoryKib: end.memoryKib,
    compileMs: null,
  };
}

/** The first limit that was broken decides, then what the kernel says of memory, then how the program ended. */
function judge(facts: {
  end: StepEnd;
  job: RunJob;
  runtime: Runtime;
  signal: string | null;
  tail: string;
  stopped: boolean;
}): RunOutcome {
  const { end, job } = facts;
  if (end.reason === "ordered" || (end.reason === "itself" && facts.stopped && end.exitCode !== 0)) return "stopped";
  if (end.reason === "output") return "output-limit";
  if (end.reason === "wall" || end.reason === "cpu" || facts.signal === "SIGXCPU") return "time-limit";
  if (end.reason === "memory" || end.outOfMemory || end.memoryKib > job.limits.run.memoryKib) return "memory-limit";
  if (end.cpuMs > job.limits.run.cpuMs) return "time-limit";
  if (end.exitCode === 0) return "exited";
  const heapWasFull = facts.runtime.outOfMemory.some(
    (sign) =>
      (sign.exitCode === undefined || sign.exitCode === end.exitCode) &&
      (sign.signal === undefined || sign.signal === facts.signal) &&
      facts.tail.includes(sign.stderr),
  );
  return heapWasFull ? "memory-limit" : "runtime-error";
}

/** That the program could not even be started is never its fault: it was we who made it. */
function refuseUnstarted(end: StepEnd): void {
  if (end.reason !== "not-started") return;
  throw new RunError("sandbox-fault", `The program was not started: stage ${end.startStage}, errno ${end.startErrno}.`);
}

function signalName(number: number | null): string | null {
  if (number === null) return null;
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `SIG${number}`;
}

/** To a hundredth of a millisecond. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
