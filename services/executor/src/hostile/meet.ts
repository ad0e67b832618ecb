import { randomUUID } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { NewRun } from "@greenroom/shared/api/run-routes.ts";
import { defaultCompileLimits, defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { Program } from "@greenroom/shared/jobs/program.ts";
import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import { Compile } from "typebox/compile";
import { checkJob } from "../run/check-job.ts";
import { internalError, type RunEnd } from "../run/run-end.ts";
import { RunError } from "../run/run-error.ts";
import { longestMs } from "../run/time-bound.ts";
import type { TestJudge, TestRunEnd } from "../testing/test-judge.ts";
import type { Host } from "./host.ts";
import type { Expectation, HostileEntry, HostileProgram, HostileRequest } from "./hostile.ts";
import type { Innocents } from "./innocents.ts";

/** A run that is late by so much is given up. */
const overdueMs = 5_000;
/** The executor's one thread also serves everybody else: a program whose output keeps it busy for so long hurts them. */
const longestStallMs = 1_500;
const newRun = Compile(NewRun);

/** What came of one program of an entry, or of a request. */
export interface Met {
  readonly entry: HostileEntry;
  /** The program's language; `–` for a request. */
  readonly language: string;
  /** How it ended, in a word. */
  readonly seen: string;
  /** Whatever was not as it should be; empty when it did no harm. */
  readonly wrong: readonly string[];
  /** How long the next innocent run took, as a ratio to before: in the same trust domain, and in another. */
  readonly ratios: { readonly same: number; readonly other: number } | undefined;
  readonly tookMs: number;
}

export interface Stage {
  readonly judge: TestJudge;
  readonly host: Host;
  readonly innocents: Innocents;
}

/** Whose hostile programs all are; a graded one takes a new sandbox all the same. */
export const hostileDomain = "session:hostile";

/** Lets a hostile program or request have its way, and looks what is different afterwards. */
export async function meet(stage: Stage, entry: HostileEntry): Promise<Met[]> {
  if (entry.kind === "request") return [meetRequest(entry)];
  const all: Met[] = [];
  for (const program of entry.programs) all.push(await meetProgram(stage, entry, program));
  return all;
}

function meetRequest(entry: HostileRequest): Met {
  const startedAt = performance.now();
  const taken = entry.bodies().flatMap((body, index) => {
    const isRefused =
      entry.door === "http" ? !newRun.Check(body) : typeof checkJob((body as RunJob).runId, body) === "string"; // its id is all that is read before it is checked
    return isRefused ? [] : [`body ${index + 1} was taken`];
  });
  const seen = taken.length === 0 ? "refused" : "taken";
  return { entry, language: "–", seen, wrong: taken, ratios: undefined, tookMs: performance.now() - startedAt };
}

async function meetProgram(stage: Stage, entry: HostileProgram, program: Program): Promise<Met> {
  const { judge, host, innocents } = stage;
  const job = jobOf(entry, program);
  const expectation = judge.source.runtime === "runsc" ? { ...entry, ...entry.gvisor } : entry;
  await innocents.prepare(program.language, hostileDomain);
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const startedAt = performance.now();
  const end = await carryOut(judge, job);
  const tookMs = performance.now() - startedAt;
  delay.disable();
  const wrong = [
    ...compare(expectation, end),
    ...(tookMs > longestMs(job) ? [`it took ${Math.round(tookMs)} ms`] : []),
    ...(delay.max / 1e6 > longestStallMs ? [`the executor stood still for ${Math.round(delay.max / 1e6)} ms`] : []),
    ...(await follow(judge, entry)),
  ];
  const same = await innocents.run(program.language, hostileDomain);
  const other = await innocents.run(program.language, innocents.otherDomain);
  wrong.push(...same.wrong.map((what) => `next run: ${what}`), ...other.wrong.map((what) => `another's run: ${what}`));
  wrong.push(...(await host.changes()).map((change) => `host: ${change}`));
  const seen = end.errorCode === undefined ? end.outcome : `${end.outcome} (${end.errorCode})`;
  return {
    entry,
    language: program.language,
    seen,
    wrong,
    ratios: { same: same.ratio, other: other.ratio },
    tookMs,
  };
}

function jobOf(entry: HostileProgram, program: Program): RunJob {
  const { cases, task, input = "", arguments: args = [] } = entry;
  return {
    runId: randomUUID(),
    trustDomain: hostileDomain,
    program,
    task: cases
      ? {
          kind: "graded",
          style: { kind: "stdin" },
          checker: { kind: "lines" },
          cases: cases.map(([text, expected, visibility]) => ({ input: text, expected, visibility })),
          stopAtFirstFailure: false,
          authorDomain: "problem:hostile",
          seed: 1,
          ...task,
        }
      : { kind: "free", input: { kind: "given", text: input }, arguments: args },
    limits: {
      compile: { ...defaultCompileLimits, ...entry.compileLimits },
      run: { ...defaultRunLimits, ...entry.limits },
    },
  };
}

/** As the worker does: what is our fault is an internal error. */
async function carryOut(judge: TestJudge, job: RunJob): Promise<TestRunEnd> {
  const refusal = checkJob(job.runId, job);
  if (typeof refusal === "string") return asEnd(internalError("job-invalid"));
  try {
    return await judge.execute(job, { stop: AbortSignal.timeout(longestMs(job) + overdueMs) });
  } catch (error) {
    if (error instanceof RunError) return { ...asEnd(internalError(error.code)), stderr: error.message };
    throw error;
  }
}

const asEnd = (end: RunEnd): TestRunEnd => ({ ...end, chunks: 0, stdout: "", stderr: "", compile: "", streamed: [] });

function compare(expected: Expectation, end: TestRunEnd): string[] {
  const { ends, says, compiler, look } = expected;
  const wrong: string[] = [];
  const tell = (what: string, text: string): void => void wrong.push(`${what}: ${JSON.stringify(text.slice(0, 600))}`);
  if (!ends.includes(end.outcome))
    tell(`it ended with ${end.outcome}`, end.stderr || end.compile || JSON.stringify(end.cases ?? ""));
  if (typeof says === "string" && end.stdout !== says) tell("it wrote", `${end.stdout}${end.stderr}`);
  if (says instanceof RegExp && !says.test(end.stdout)) tell("it wrote", `${end.stdout}${end.stderr}`);
  if (compiler && !compiler.test(end.compile)) tell("the compiler wrote", end.compile);
  const more = look?.(end);
  if (more !== undefined) wrong.push(more);
  return wrong;
}

async function follow(judge: TestJudge, { next }: HostileProgram): Promise<string[]> {
  if (!next) return [];
  const { program, says } = next;
  const [file] = program.files;
  const end = await judge.run({ language: program.language, source: file?.content ?? "", trustDomain: hostileDomain });
  return end.stdout === says ? [] : [`the run after it found: ${JSON.stringify(end.stdout + end.stderr)}`];
}
