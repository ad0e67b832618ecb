import { Type, type Static } from "typebox";

/** One limit: its unit, the least and the most that may be asked for, and what it is when nobody asks. */
interface LimitRow {
  readonly unit: "ms" | "KiB" | "bytes" | "count";
  readonly least: number;
  readonly run: { readonly default: number; readonly ceiling: number };
  readonly compile: { readonly default: number; readonly ceiling: number };
}

const mib = 1024;

/**
 * Every limit that a run can be given, for the program and for its compiler. What it cannot be given belongs to the
 * sandbox, and is the same for all: `sandboxLimits`.
 */
export const limitTable = {
  /** CPU time of the whole process tree, user and system. */
  cpuMs: {
    unit: "ms",
    least: 100,
    run: { default: 10_000, ceiling: 60_000 },
    compile: { default: 20_000, ceiling: 60_000 },
  },
  /** Wall-clock time: sleeping programs meet this one. */
  wallMs: {
    unit: "ms",
    least: 100,
    run: { default: 20_000, ceiling: 120_000 },
    compile: { default: 30_000, ceiling: 120_000 },
  },
  /** Resident memory of the whole process tree, files in /work and /tmp apart; there is no swap. */
  memoryKib: {
    unit: "KiB",
    least: 16 * mib,
    run: { default: 256 * mib, ceiling: 1024 * mib },
    compile: { default: 512 * mib, ceiling: 2048 * mib },
  },
  /** stdout and stderr together; a program that writes more is ended. */
  outputBytes: {
    unit: "bytes",
    least: 1024,
    run: { default: 1024 * 1024, ceiling: 4 * 1024 * 1024 },
    compile: { default: 64 * 1024, ceiling: 1024 * 1024 },
  },
  /** Processes and threads at once; what a language's runtime starts for itself is added. */
  processes: {
    unit: "count",
    least: 1,
    run: { default: 64, ceiling: 256 },
    compile: { default: 128, ceiling: 256 },
  },
  /** Files that one process may have open. */
  openFiles: {
    unit: "count",
    least: 16,
    run: { default: 256, ceiling: 1024 },
    compile: { default: 256, ceiling: 1024 },
  },
  /** The largest file that may be written. */
  fileBytes: {
    unit: "bytes",
    least: 0,
    run: { default: 32 * 1024 * 1024, ceiling: 64 * 1024 * 1024 },
    compile: { default: 32 * 1024 * 1024, ceiling: 64 * 1024 * 1024 },
  },
} as const satisfies Record<string, LimitRow>;

export type LimitName = keyof typeof limitTable;

/** Of each writable place of a sandbox, whoever runs in it: size and files of /work and /tmp each, size of /dev/shm. */
export const sandboxLimits = { diskMib: 64, inodes: 8192, sharedMemoryMib: 16 } as const;

const limit = (name: LimitName, step: "run" | "compile") =>
  Type.Integer({ minimum: limitTable[name].least, maximum: limitTable[name][step].ceiling });

const stepLimits = (step: "run" | "compile") =>
  Type.Object({
    cpuMs: limit("cpuMs", step),
    wallMs: limit("wallMs", step),
    memoryKib: limit("memoryKib", step),
    outputBytes: limit("outputBytes", step),
    processes: limit("processes", step),
    openFiles: limit("openFiles", step),
    fileBytes: limit("fileBytes", step),
  });

/** What one program may use: a free run, or each test case of a graded one. */
export const RunLimits = stepLimits("run");
export type RunLimits = Static<typeof RunLimits>;

/** What compiling may use. A language whose compiler needs more memory than this has more. */
export const CompileLimits = stepLimits("compile");
export type CompileLimits = Static<typeof CompileLimits>;

function defaults(step: "run" | "compile"): RunLimits {
  return {
    cpuMs: limitTable.cpuMs[step].default,
    wallMs: limitTable.wallMs[step].default,
    memoryKib: limitTable.memoryKib[step].default,
    outputBytes: limitTable.outputBytes[step].default,
    processes: limitTable.processes[step].default,
    openFiles: limitTable.openFiles[step].default,
    fileBytes: limitTable.fileBytes[step].default,
  };
}

export const defaultRunLimits: RunLimits = defaults("run");
export const defaultCompileLimits: CompileLimits = defaults("compile");
