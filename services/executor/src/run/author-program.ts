import type { RunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { TestCase } from "@greenroom/shared/jobs/grading.ts";
import type { Program } from "@greenroom/shared/jobs/program.ts";
import type { GradedTask } from "@greenroom/shared/jobs/run-job.ts";
import type { StepEnd, StepFile } from "../sandbox/protocol.ts";
import { Capture, storable } from "./capture.ts";
import { cutMessage } from "./difference.ts";
import { judgeProgram } from "./outcome.ts";
import { PreparedProgram } from "./prepared-program.ts";
import { seedEnvironment } from "./receipt.ts";
import type { RunContext } from "./run-context.ts";
import { authorLimits } from "./time-bound.ts";

/** How a checker says yes and no: https://www.kattis.com/problem-package-format/spec/legacy.html#output-validators */
const acceptedCode = 42;
const wrongCode = 43;
/** Characters of what an author's program has to say. */
const maxWords = 1000;
const maxFaultWords = 2000;

const names = { input: "case.in", expected: "case.ans", feedback: "feedback/" } as const;

/** What an author's program thinks of a case. */
export type Opinion =
  | { readonly verdict: "accepted" | "wrong-answer"; readonly words: string }
  /** It broke; why is in its own words. */
  | { readonly verdict: "internal-error"; readonly words: string };

/**
 * A problem's checker or interactor, compiled in a sandbox of its author's trust domain, where the program that is judged
 * never is. It is called with the paths of the case's input, of what is expected, and of a directory to write in.
 */
export async function prepareAuthorProgram(
  context: RunContext,
  task: GradedTask,
  program: Program,
): Promise<PreparedProgram | undefined> {
  const said = new Capture();
  const prepared = await PreparedProgram.create({
    pool: context.pool,
    trustDomain: task.authorDomain,
    program,
    limits: authorLimits(context.job.limits.run),
    environment: seedEnvironment(task.seed),
    arguments: [names.input, names.expected, names.feedback],
    runs: "per-case",
    onCompilerOutput: (_stream, bytes) => said.add("stderr", bytes),
    onCompilerEnded: () => undefined,
    signal: context.stop,
  });
  if (prepared instanceof PreparedProgram) return prepared;
  context.logger.error({ said: cutMessage(said.stderr().toString(), maxFaultWords) }, "A checker does not compile");
  return undefined;
}

/** The files an author's program is given of a case, and an empty one that makes its directory. */
export function filesOf(testCase: TestCase): StepFile[] {
  return [
    { name: names.input, content: testCase.input },
    { name: names.expected, content: testCase.expected },
    { name: `${names.feedback}.keep`, content: "" },
  ];
}

/** Shows a checker what the program answered. */
export async function askChecker(
  checker: PreparedProgram,
  given: { testCase: TestCase; answer: Buffer; signal: AbortSignal },
): Promise<Opinion> {
  const said = new Capture();
  const end = await checker.run({
    input: { kind: "given", bytes: given.answer },
    files: filesOf(given.testCase),
    onOutput: (stream, bytes) => said.add(stream, bytes),
    signal: given.signal,
  });
  return readOpinion({ end, limits: checker.limits, words: said.stdout(), said });
}

/** @param given `limits` are those it had, `words` what it has to say to people */
export function readOpinion(given: { end: StepEnd; limits: RunLimits; words: Buffer; said: Capture }): Opinion {
  const { end, limits, words, said } = given;
  const outcome = judgeProgram({ end, limits, signs: [], stderrTail: "" });
  const decided = outcome === "exited" || outcome === "runtime-error";
  if (decided && end.exitCode === acceptedCode) return { verdict: "accepted", words: say(words) };
  if (decided && end.exitCode === wrongCode) return { verdict: "wrong-answer", words: say(words) };
  const how = outcome === "exited" || outcome === "runtime-error" ? `exit code ${end.exitCode}` : outcome;
  return {
    verdict: "internal-error",
    words: cutMessage(storable(`The checker failed (${how}). ${said.stderr().toString()}`).trim(), maxFaultWords),
  };
}

const say = (words: Buffer): string => cutMessage(storable(words.toString("utf8", 0, maxWords * 4)).trim(), maxWords);
