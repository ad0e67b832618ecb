import { filesEnding, heapMib, type ProgramFacts, type Runtime } from "./runtime.ts";

/** Small programs are over before a better compiler than C1 has paid for itself. */
export const jvmFlags = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData"];

/** Beside the heap: classes, code and stacks of the virtual machine, in MiB. */
const outsideHeapMib = 88;

/** How a program of the virtual machine is started, up to its main class. */
export function javaCommand(program: ProgramFacts, ...more: readonly string[]): string[] {
  return [
    "/usr/bin/java",
    `-Xmx${heapMib(program.limits, outsideHeapMib)}m`,
    ...jvmFlags,
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+DisplayVMOutputToStderr",
    "-Dfile.encoding=UTF-8",
    "-Dstdout.encoding=UTF-8",
    "-Dstderr.encoding=UTF-8",
    ...more,
  ];
}

export const jvmOutOfMemory = [
  { exitCode: 3, stderr: "java.lang.OutOfMemoryError" },
  // Of memory outside the heap, which the library counts by itself: it is thrown, and ends the program as any exception.
  { exitCode: 1, stderr: "java.lang.OutOfMemoryError: Cannot reserve" },
] as const;
/** The collector, the compiler and the virtual machine's own. */
export const jvmThreads = 24;

/** The entry's class, with its package: where it says none, what its file is called. */
export function mainClass(program: ProgramFacts): string {
  const inPackage = /^\s*package\s+([\w.]+)\s*;/m.exec(program.source)?.[1];
  const name = program.entry.replace(/^.*\//, "").replace(/\.java$/, "");
  return inPackage === undefined ? name : `${inPackage}.${name}`;
}

export const java: Runtime = {
  family: "java",
  compile: (program) => ({
    argv: [
      "/usr/bin/javac",
      "-J-Xmx256m",
      ...jvmFlags.map((flag) => `-J${flag}`),
      "-proc:none",
      "-encoding",
      "UTF-8",
      "-d",
      ".",
      ...filesEnding(program, ".java"),
    ],
  }),
  run: (program) => ({ argv: [...javaCommand(program, mainClass(program)), ...program.arguments] }),
  ownThreads: jvmThreads,
  outOfMemory: jvmOutOfMemory,
};
