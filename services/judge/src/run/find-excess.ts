import { ApiError } from "@greenroom/shared/api/error.ts";
import { maxCasesBytes } from "@greenroom/shared/jobs/grading.ts";
import { maxSourceBytes, maxStdinBytes, type Program } from "@greenroom/shared/jobs/program.ts";
import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";

/** All arguments of a free run together, in bytes, as the executor has it. */
const maxArgumentsBytes = 64 * 1024;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

const bytesOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

/** Throws what is wrong with a run that its schema cannot say: the executor would refuse it, and too late. */
export function refuseExcess({ program, task }: Pick<RunJob, "program" | "task">): void {
  checkProgram(program, "The program");
  if (task.kind === "free") {
    if (task.input.kind === "given" && Buffer.byteLength(task.input.text) > maxStdinBytes)
      throw new ApiError("too-large", `The input is more than ${maxStdinBytes} bytes.`);
    if (bytesOf(task.arguments) > maxArgumentsBytes)
      throw new ApiError("too-large", `The arguments are more than ${maxArgumentsBytes} bytes.`);
    return;
  }
  if (bytesOf(task.cases.flatMap(({ input, expected }) => [input, expected])) > maxCasesBytes)
    throw new ApiError("too-large", `The test cases are more than ${maxCasesBytes} bytes.`);
  if (task.checker.kind === "program") checkProgram(task.checker.program, "The checker");
  if (task.style.kind === "interactive") checkProgram(task.style.interactor, "The interactor");
}

function checkProgram(program: Program, what: string): void {
  const names = new Set<string>();
  let bytes = 0;
  for (const { name, content, encoding } of program.files) {
    if (encoding === "base64" && !base64.test(content))
      throw new ApiError("bad-request", `${what} has a file that is not in base64.`);
    if (Buffer.byteLength(name) > 255) throw new ApiError("bad-request", `${what} has a file with too long a name.`);
    if (names.has(name)) throw new ApiError("bad-request", `${what} has two files of one name.`);
    names.add(name);
    bytes += Buffer.byteLength(content, encoding);
  }
  if (bytes > maxSourceBytes) throw new ApiError("too-large", `${what} is more than ${maxSourceBytes} bytes in all.`);
  for (const name of names) {
    const parts = name.split("/");
    for (let depth = 1; depth < parts.length; depth++)
      if (names.has(parts.slice(0, depth).join("/")))
        throw new ApiError("bad-request", `${what} has a file whose name is also a folder's.`);
  }
}
