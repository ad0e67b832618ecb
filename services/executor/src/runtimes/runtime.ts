import type { RunLimits } from "@greenroom/shared/jobs/limits.ts";

/** A program to start: argv[0] is an absolute path in the image. */
export interface Command {
  readonly argv: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A program, as far as the command that compiles or runs it depends on it. */
export interface ProgramFacts {
  /** The file that is compiled and run: the first. */
  readonly entry: string;
  /** The names of all files. */
  readonly files: readonly string[];
  /** The text of the entry. */
  readonly source: string;
  /** The texts of the other files. */
  readonly others: readonly string[];
  /** What the program may use when it runs. */
  readonly limits: RunLimits;
  /** Given to the program, after its name. */
  readonly arguments: readonly string[];
}

/** What a language's program says when its own heap, kept below the sandbox's limit, was too small. */
export interface OutOfMemorySign {
  readonly exitCode?: number;
  readonly signal?: string;
  /** Written to stderr near the end. */
  readonly stderr: string;
}

/** How one language is compiled and run. */
export interface Runtime {
  /** The image it needs: `images/<family>.Dockerfile`. */
  readonly family: string;
  readonly compile?: (program: ProgramFacts) => Command;
  readonly run: (program: ProgramFacts) => Command;
  /** Threads the runtime starts for itself, on top of what the program may have. */
  readonly ownThreads: number;
  readonly outOfMemory: readonly OutOfMemorySign[];
  /** What the compiler needs at least, in KiB; absent where the default will do. */
  readonly compileMemoryKib?: number;
}

/** The whole environment of every program; a runtime adds to it. Nothing of the executor's own is passed on. */
export const baseEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: "/work",
  LANG: "C.UTF-8",
};

/** What a managed heap may take of a run's memory, so that the runtime reports before the sandbox ends it; in MiB. */
export function heapMib(limits: RunLimits, outsideMib: number): number {
  return Math.max(16, Math.floor(limits.memoryKib / 1024) - outsideMib);
}

/** The program's files with one of these endings, such as ".c"; the entry first, whatever it is called. */
export function filesEnding(program: ProgramFacts, ...endings: readonly string[]): string[] {
  const rest = program.files.filter(
    (name) => name !== program.entry && endings.some((ending) => name.endsWith(ending)),
  );
  return [program.entry, ...rest];
}

/** Runs the program that compiling made. */
export const runMain = (program: ProgramFacts): Command => ({ argv: ["/work/main", ...program.arguments] });
