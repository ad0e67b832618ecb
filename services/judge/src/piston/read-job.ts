import { extname, posix } from "node:path";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { defaultCompileLimits, defaultRunLimits, limitTable, type RunLimits } from "@greenroom/shared/jobs/limits.ts";
import { filePathPattern, maxFiles, maxStdinBytes, type SourceFile } from "@greenroom/shared/jobs/program.ts";
import type { RunInput, RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { Language } from "@greenroom/shared/languages.ts";
import { findLanguage } from "./runtimes.ts";

/** What Piston is asked for, as the parts of a job of ours. */
export interface PistonJob {
  readonly language: Language;
  readonly files: SourceFile[];
  readonly arguments: string[];
  readonly stdin: string;
  readonly limits: RunJob["limits"];
}

const maxArguments = 128;
const maxArgumentLength = 4_096;
/** What Piston has when nobody says otherwise (its docs/configuration.md), in milliseconds. */
const defaultMs = { compile: 10_000, run: 3_000 } as const;
const openFiles = 1_024;

const filePath = new RegExp(filePathPattern);
const refuse = (message: string): ApiError => new ApiError("bad-request", message);

/**
 * Reads a request as Piston does (engineer-man/piston, api/src/api/v2.js), in its order and with its words; what it would
 * fail on later is refused here.
 */
export function readJob(body: unknown, offered: readonly Language[]): PistonJob {
  // An object with whatever in it: each part is looked at below.
  const request = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const { language: name, version, files } = request;
  if (!name || typeof name !== "string") throw refuse("language is required as a string");
  if (!version || typeof version !== "string") throw refuse("version is required as a string");
  if (!files || !Array.isArray(files)) throw refuse("files is required as an array");
  const given = files.map((file: unknown, index) => readFile(file, index));
  const language = findLanguage(offered, name, version);
  if (!language) throw refuse(`${name}-${version} runtime is unknown`);
  if (!given.some(({ encoding }) => encoding === "utf8"))
    throw refuse("files must include at least one utf8 encoded file");
  return {
    language,
    limits: readLimits(request),
    files: arrange(given, language),
    arguments: readArguments(request["args"]),
    stdin: readStdin(request["stdin"]),
  };
}

interface GivenFile {
  readonly name: string;
  readonly content: string;
  readonly encoding: "utf8" | "base64" | "hex";
}

function readFile(file: unknown, index: number): GivenFile {
  const { name, content, encoding } = (typeof file === "object" && file !== null ? file : {}) as Record<
    string,
    unknown
  >;
  if (typeof content !== "string") throw refuse(`files[${index}].content is required as a string`);
  if (name !== undefined && name !== null && typeof name !== "string")
    throw refuse(`files[${index}].name must be a string`);
  return {
    name: name ?? "",
    content,
    encoding: encoding === "base64" || encoding === "hex" ? encoding : "utf8",
  };
}

/** The first file that is text is the program; the others lie beside it. */
function arrange(given: readonly GivenFile[], language: Language): SourceFile[] {
  if (given.length > maxFiles) throw refuse(`files must be no more than ${maxFiles}`);
  const main = given.find(({ encoding }) => encoding === "utf8");
  const named = given.map((file, index) => ({
    ...file,
    name: file === main ? mainName(file.name, language) : relativeName(file.name || `file${index}.code`),
    isMain: file === main,
  }));
  const inOrder = [...named.filter(({ isMain }) => isMain), ...named.filter(({ isMain }) => !isMain)];
  return inOrder.map(({ name, content, encoding }) =>
    encoding === "utf8"
      ? { name, content }
      : { name, content: Buffer.from(content, encoding).toString("base64"), encoding: "base64" },
  );
}

/** Compilers go by a file's ending: a program that has another is called what ours are called. */
function mainName(name: string, language: Language): string {
  return extname(name) === extname(language.fileName) ? relativeName(name) : language.fileName;
}

/** Piston puts an absolute name below its folder, and takes "a/../b" for "b". */
function relativeName(name: string): string {
  const normal = posix.normalize(name).replace(/^\/+/, "");
  if (normal === ".." || normal.startsWith("../"))
    throw refuse(`File path "${name}" tries to escape parent directory: ${normal}`);
  if (!filePath.test(normal)) throw refuse(`File path "${name}" cannot be used`);
  return normal;
}

function readArguments(args: unknown): string[] {
  if (args === undefined || args === null) return [];
  const isGood = (one: unknown): one is string =>
    typeof one === "string" && one.length <= maxArgumentLength && !one.includes("\0");
  if (!Array.isArray(args) || args.length > maxArguments || !args.every(isGood))
    throw refuse(`args must be an array of at most ${maxArguments} strings`);
  return args;
}

/** Piston ends it with a line break. */
function readStdin(stdin: unknown): string {
  if (stdin === undefined || stdin === null) return "\n";
  if (typeof stdin !== "string") throw refuse("stdin must be a string");
  const ended = stdin.endsWith("\n") ? stdin : `${stdin}\n`;
  if (Buffer.byteLength(ended) > maxStdinBytes) throw refuse(`stdin must be no more than ${maxStdinBytes} bytes`);
  return ended;
}

export function toInput(job: PistonJob): RunInput {
  return { kind: "given", text: job.stdin };
}

type Step = "compile" | "run";
const kib = 1024;

/** Piston's name of a limit, what it may be at the most, and what nothing said means, in its own unit. */
const constraints = [
  { suffix: "memory_limit", limit: "memoryKib", unit: kib },
  { suffix: "timeout", limit: "wallMs", unit: 1 },
  { suffix: "cpu_time", limit: "cpuMs", unit: 1 },
] as const;

function readLimits(request: Record<string, unknown>): RunJob["limits"] {
  const limits: Record<Step, RunLimits> = {
    compile: { ...defaultCompileLimits, ...defaultsFor("compile") },
    run: { ...defaultRunLimits, ...defaultsFor("run"), openFiles },
  };
  for (const { suffix, limit, unit } of constraints) {
    for (const step of ["compile", "run"] as const) {
      const name = `${step}_${suffix}`;
      const value = request[name];
      if (!value) continue;
      if (typeof value !== "number") throw refuse(`If specified, ${name} must be a number`);
      const { least } = limitTable[limit];
      const { ceiling } = limitTable[limit][step];
      if (value > ceiling * unit) throw refuse(`${name} cannot exceed the configured limit of ${ceiling * unit}`);
      // Less than nothing means no limit, and Piston has none of memory unless it is told to.
      if (value < 0 && suffix === "memory_limit") continue;
      if (value < 0) throw refuse(`${name} must be non-negative`);
      limits[step][limit] = Math.max(least, Math.ceil(value / unit));
    }
  }
  return limits;
}

function defaultsFor(step: Step): Partial<RunLimits> {
  return { wallMs: defaultMs[step], cpuMs: defaultMs[step], memoryKib: limitTable.memoryKib[step].ceiling };
}
