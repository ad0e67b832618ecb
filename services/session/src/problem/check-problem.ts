import { ApiError } from "@greenroom/shared/api/error.ts";
import { maxCasesBytes } from "@greenroom/shared/jobs/grading.ts";
import { maxSourceBytes, type Program } from "@greenroom/shared/jobs/program.ts";
import type { ProblemContent } from "@greenroom/shared/problem/problem.ts";
import type { Signature } from "@greenroom/shared/signature/signature.ts";
import { parseArguments, parseValue, ValueError } from "@greenroom/shared/signature/values.ts";

/** Throws "bad-request" or "too-large", in words for its author, when a problem is not one that can be met. */
export function checkProblem(content: ProblemContent): void {
  const bad = (message: string): ApiError => new ApiError("bad-request", message);
  // Postgres keeps neither in JSON text.
  const text = JSON.stringify(content);
  if (text.includes("\\u0000")) throw bad("A problem cannot hold the character NUL.");
  if (!content.title.isWellFormed() || /\\ud[89a-f]/.test(text)) throw bad("A problem holds half a character.");
  const bytes = content.cases.reduce(
    (sum, { input, expected }) => sum + Buffer.byteLength(input) + Buffer.byteLength(expected),
    0,
  );
  if (bytes > maxCasesBytes) throw new ApiError("too-large", "The test cases are larger than 8 MiB together.");
  const languages = content.starters.map(({ language }) => language);
  if (new Set(languages).size < languages.length) throw bad("A language has two starter texts.");
  const { style, checker } = content;
  if (style.kind === "function") checkFunction(style.signature, content);
  if (style.kind === "interactive") checkProgram("The interactor", style.interactor);
  if (checker.kind === "program") checkProgram("The checker", checker.program);
}

function checkProgram(what: string, program: Program): void {
  const bytes = program.files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  if (bytes > maxSourceBytes) throw new ApiError("too-large", `${what} is larger than 1 MiB.`);
  if (program.files.every(({ content }) => content.trim() === ""))
    throw new ApiError("bad-request", `${what} is empty.`);
  const names = program.files.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new ApiError("bad-request", `${what} has two files of one name.`);
}

/** Every case's input has to be the function's arguments, and its expected output what such a function can return. */
function checkFunction(signature: Signature, content: ProblemContent): void {
  const names = signature.parameters.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new ApiError("bad-request", "Two parameters have one name.");
  content.cases.forEach(({ input, expected }, index) => {
    try {
      parseArguments(signature, input);
      parseValue(signature.returns, expected);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      throw new ApiError("bad-request", `Test case ${index + 1}: ${error.message}`, { cause: error });
    }
  });
}
