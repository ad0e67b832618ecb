import { maxCasesBytes } from "@greenroom/shared/jobs/grading.ts";
import { maxSourceBytes, maxStdinBytes, type Program } from "@greenroom/shared/jobs/program.ts";
import { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import { Compile } from "typebox/compile";

const validator = Compile(RunJob);
/** All arguments of a free run together, in bytes: the kernel takes more, but nobody types so much. */
const maxArgumentsBytes = 64 * 1024;

/**
 * The job, when it is one that may be run: what the schema cannot say is counted here, in bytes, whoever made the job.
 *
 * @returns what is wrong with it otherwise, in words for the log, with nothing of its content in them
 */
export function checkJob(runId: string, data: unknown): RunJob | string {
  if (!validator.Check(data)) return `It is no run: ${validator.Errors(data)[0]?.instancePath ?? "the whole"}.`;
  if (data.runId !== runId) return "It has the id of another run.";
  return findExcess(data) ?? data;
}

function findExcess(job: RunJob): string | undefined {
  const { task } = job;
  const problem = findProgramExcess(job.program);
  if (problem !== undefined) return problem;
  if (task.kind === "free") {
    const stdin = task.input.kind === "given" ? task.input.text : "";
    if (Buffer.byteLength(stdin) > maxStdinBytes) return "Its input is too long.";
    if (bytesOf(task.arguments) > maxArgumentsBytes) return "Its arguments are too long.";
    return undefined;
  }
  if (bytesOf(task.cases.flatMap(({ input, expected }) => [input, expected])) > maxCasesBytes)
    return "Its test cases are too long.";
  if (task.authorDomain === job.trustDomain) return "Its checker would run in the program's own trust domain.";
  const author = [
    ...(task.checker.kind === "program" ? [task.checker.program] : []),
    ...(task.style.kind === "interactive" ? [task.style.interactor] : []),
  ];
  return author.map((program) => findProgramExcess(program)).find((found) => found !== undefined);
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

function findProgramExcess(program: Program): string | undefined {
  const names = new Set<string>();
  let bytes = 0;
  for (const { name, content, encoding } of program.files) {
    if (encoding === "base64" && !base64.test(content)) return "A file is not in base64.";
    if (Buffer.byteLength(name) > 255) return "A file's name is too long.";
    if (names.has(name)) return "Two files have one name.";
    names.add(name);
    bytes += Buffer.byteLength(content, encoding);
  }
  if (bytes > maxSourceBytes) return "Its files are too long.";
  // A file cannot also be a folder.
  for (const name of names) {
    const parts = name.split("/");
    for (let depth = 1; depth < parts.length; depth++)
      if (names.has(parts.slice(0, depth).join("/"))) return "A file's name is also a folder's.";
  }
  return undefined;
}

const bytesOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
