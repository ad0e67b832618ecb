import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { RunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { StepLimits } from "./sandbox/protocol.ts";

/** Families of languages that share an image, in the order in which images are built. */
export const families = ["python", "node", "c-family", "java"] as const;
export type Family = (typeof families)[number];

/** A program to start: argv[0] is an absolute path in the image. */
export interface Command {
  readonly argv: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a language's program says when its own heap, kept below the sandbox's limit, was too small. */
export interface OutOfMemorySign {
  readonly exitCode?: number;
  readonly signal?: string;
  /** Written to stderr near the end. */
  readonly stderr: string;
}

export interface Runtime {
  readonly family: Family;
  readonly compile?: (source: string) => Command;
  readonly run: (limits: RunLimits) => Command;
  /** Threads the runtime starts for itself, on top of what the program may have. */
  readonly ownThreads: number;
  readonly outOfMemory: readonly OutOfMemorySign[];
}

/** The whole environment of every program; a runtime adds to it. Nothing of the executor's own is passed on. */
export const baseEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: "/work",
  LANG: "C.UTF-8",
};

/** Limits of compiling, the same for all: compilers are bigger than the programs they make. */
export const compileLimits: StepLimits = {
  wallMs: 20_000,
  cpuMs: 20_000,
  memoryKib: 512 * 1024,
  outputBytes: 64 * 1024,
  processes: 128,
  fileBytes: 32 * 1024 * 1024,
  openFiles: 256,
  stackKib: 64 * 1024,
};

/** The limits of a run that its language and not its job decides. */
export function runStepLimits(limits: RunLimits, runtime: Runtime): StepLimits {
  return {
    ...limits,
    processes: limits.processes + runtime.ownThreads,
    fileBytes: 32 * 1024 * 1024,
    openFiles: 256,
    // As much as there is memory, within reason: deep recursion is a candidate's right, and meets the memory limit.
    stackKib: Math.min(limits.memoryKib, 64 * 1024),
  };
}

/** What a managed heap may take of a run's memory, so that the runtime reports before the sandbox ends it; in MiB. */
function heapMib(limits: RunLimits, outsideMib: number): number {
  return Math.max(16, Math.floor(limits.memoryKib / 1024) - outsideMib);
}

const jvmFlags = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData"];
const nodeOutOfMemory: OutOfMemorySign = { signal: "SIGABRT", stderr: "JavaScript heap out of memory" };

/** A line that begins with an await, or with a declaration of one: not in a function, as people indent. */
const topLevelAwait = /^(?:(?:export\s+)?(?:const|let|var)\s[^=\n]*=\s*)?await\b|^for\s+await\b/m;

function compileTypeScript(source: string): Command {
  const argv = ["/usr/local/lib/typescript/lib/tsc", "--pretty", "false"];
  argv.push("--project", "/usr/local/lib/sandbox/tsconfig.json");
  // CommonJS lets a program mix `import` and `require`, as most do; only an ES module may await at its top level.
  if (topLevelAwait.test(source)) argv.push("--module", "esnext");
  return { argv };
}

const runNode = (limits: RunLimits): Command => ({
  argv: ["/usr/local/bin/node", `--max-old-space-size=${heapMib(limits, 88)}`, "main.js"],
});

export const runtimes: Readonly<Record<LanguageId, Runtime>> = {
  python: {
    family: "python",
    run: () => ({
      argv: ["/usr/bin/python3", "main.py"],
      // Unbuffered: what is printed is seen at once. No bytecode: /work is the candidate's.
      environment: { PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" },
    }),
    ownThreads: 0,
    outOfMemory: [{ exitCode: 1, stderr: "MemoryError" }],
  },
  javascript: { family: "node", run: runNode, ownThreads: 16, outOfMemory: [nodeOutOfMemory] },
  typescript: {
    family: "node",
    compile: compileTypeScript,
    run: runNode,
    ownThreads: 16,
    outOfMemory: [nodeOutOfMemory],
  },
  c: {
    family: "c-family",
    compile: () => ({
      argv: ["/usr/bin/gcc", "-O2", "-std=gnu17", "-Wall", "-fdiagnostics-color=never", "-o", "main", "main.c", "-lm"],
    }),
    run: () => ({ argv: ["/work/main"] }),
    ownThreads: 0,
    outOfMemory: [],
  },
  cpp: {
    family: "c-family",
    compile: () => ({
      argv: ["/usr/bin/g++", "-O2", "-std=gnu++20", "-Wall", "-fdiagnostics-color=never", "-o", "main", "main.cpp"],
    }),
    run: () => ({ argv: ["/work/main"] }),
    ownThreads: 0,
    outOfMemory: [{ signal: "SIGABRT", stderr: "std::bad_alloc" }],
  },
  java: {
    family: "java",
    compile: () => ({
      argv: [
        "/usr/bin/javac",
        "-J-Xmx256m",
        ...jvmFlags.map((flag) => `-J${flag}`),
        "-proc:none",
        "-encoding",
        "UTF-8",
        "Main.java",
      ],
    }),
    run: (limits) => ({
      argv: [
        "/usr/bin/java",
        `-Xmx${heapMib(limits, 88)}m`,
        ...jvmFlags,
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:+DisplayVMOutputToStderr",
        "-Dfile.encoding=UTF-8",
        "-Dstdout.encoding=UTF-8",
        "-Dstderr.encoding=UTF-8",
        "Main",
      ],
    }),
    ownThreads: 24,
    outOfMemory: [{ exitCode: 3, stderr: "java.lang.OutOfMemoryError" }],
  },
};
