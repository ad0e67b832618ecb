import type { GradedTask } from "@greenroom/shared/jobs/run-job.ts";
import type { Checker, TestCase } from "@greenroom/shared/jobs/grading.ts";
import type { Program } from "@greenroom/shared/jobs/program.ts";
import { agree } from "@greenroom/shared/signature/answer.ts";
import { composeProgram, hasDriver } from "@greenroom/shared/signature/drivers.ts";
import type { Signature } from "@greenroom/shared/signature/signature.ts";
import { decode, encode, parseArguments, parseValue, toJson, ValueError } from "@greenroom/shared/signature/values.ts";
import { type BuiltInChecker, compare, type Difference } from "./checkers.ts";
import { cutMessage } from "./difference.ts";
import { RunError } from "./run-error.ts";

/** What a style makes of programs, inputs and outputs: the one place that knows function style. */
export interface Questions {
  /** What is compiled and run. */
  readonly program: Program;
  /** What the program reads. */
  question: (testCase: TestCase) => Buffer;
  /** What it wrote, as people and checkers read it. */
  answer: (stdout: Buffer) => Buffer;
  compare: (checker: BuiltInChecker, stdout: Buffer, testCase: TestCase) => Difference;
}

/** Throws a RunError when the problem cannot be put in this language, or its cases are none of its signature. */
export function makeQuestions(task: GradedTask, program: Program): Questions {
  if (task.style.kind === "function") return askFunction(task, program, task.style.signature);
  return {
    program,
    question: (testCase) => Buffer.from(testCase.input),
    answer: (stdout) => stdout,
    compare: (checker, stdout, testCase) => compare(checker, stdout, Buffer.from(testCase.expected)),
  };
}

function askFunction(task: GradedTask, program: Program, signature: Signature): Questions {
  const { language } = program;
  if (!hasDriver(language)) throw new RunError("style-not-supported", `There is no driver for ${language}.`);
  refuseOtherValues(signature, task.cases);
  const answerOf = (stdout: Buffer): string | undefined => {
    const value = decode(signature.returns, stdout.toString());
    return value === undefined ? undefined : toJson(value);
  };
  return {
    program: addDriver(program, signature),
    question: (testCase) => {
      const values = parseArguments(signature, testCase.input);
      return Buffer.from(values.map((value) => `${encode(value)}\n`).join(""));
    },
    answer: (stdout) => Buffer.from(answerOf(stdout) ?? ""),
    compare: (checker, stdout, testCase) => compareValues({ signature, checker, stdout, testCase }),
  };
}

/** An author's mistake is found before the program is run, and is never the program's. */
function refuseOtherValues(signature: Signature, cases: readonly TestCase[]): void {
  for (const [index, { input, expected }] of cases.entries()) {
    try {
      parseArguments(signature, input);
      parseValue(signature.returns, expected);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      // Its own words quote the case, which may be a hidden one, and these are for the log.
      throw new RunError("job-invalid", `Test case ${index + 1} does not fit the signature.`);
    }
  }
}

/** The driver is what is run; the candidate's other files stay beside it, but for those that the driver brings itself. */
function addDriver(program: Program, signature: Signature): Program {
  const [entry, ...others] = program.files;
  const source = entry ? Buffer.from(entry.content, entry.encoding).toString() : "";
  const files = composeProgram(signature, program.language, source);
  const names = new Set(files.map(({ name }) => name));
  return { ...program, files: [...files, ...others.filter(({ name }) => !names.has(name))] };
}

function compareValues(given: {
  signature: Signature;
  checker: Checker;
  stdout: Buffer;
  testCase: TestCase;
}): Difference {
  const { returns } = given.signature;
  const got = decode(returns, given.stdout.toString());
  const expected = parseValue(returns, given.testCase.expected);
  if (got === undefined) return () => "The function did not return a value of its type.";
  if (agree(expected, got, { type: returns, checker: given.checker })) return undefined;
  return () => cutMessage(`Expected ${cutMessage(toJson(expected), 80)}, got ${cutMessage(toJson(got), 80)}.`);
}
