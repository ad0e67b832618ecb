import { filesEnding, heapMib, type ProgramFacts, type Runtime } from "./runtime.ts";

/**
 * Small programs are over before a better compiler than C1 has paid for itself. What a virtual machine has of classes in
 * archives it maps where they were made to be: anywhere else, every pointer in them is to be changed first.
 */
const jvmFlags = [
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-XX:-UsePerfData",
  "-XX:+UnlockDiagnosticVMOptions",
  "-XX:ArchiveRelocationMode=0",
];

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

/** Names that a program may use any part of what other modules have by; in code, comments and texts alike. */
const moduleWords = /\b(?:java|javax|jdk|sun|com|org|netscape|module)\b/g;
/** Those of them that are of the module `java.base`, written as they usually are. */
const baseWords =
  /\bjava\.(?:(?:io|math|nio|security|text|time)\b|lang\.(?!instrument\b|management\b)[\w*]|net\.(?!http\b)[\w*]|util\.(?!logging\b|prefs\b)[\w*])/g;

/**
 * The compiler reads what every module of the library says of itself, a tenth of its time for a small program. Of one that
 * names nothing outside `java.base` it is told that there is nothing else; where that is not certain, nothing.
 */
function limitModules({ source, others }: ProgramFacts): readonly string[] {
  const count = (text: string, words: RegExp): number => text.match(words)?.length ?? 0;
  const isOfBase = (text: string): boolean =>
    !text.includes("\\u") && count(text, moduleWords) === count(text, baseWords);
  return [source, ...others].every(isOfBase) ? ["--limit-modules", "java.base"] : [];
}

export const java: Runtime = {
  family: "java",
  // The compiler's own launcher would make its modules anew each time, for which no archive is of use.
  compile: (program) => ({
    argv: [
      "/usr/bin/java",
      "-Xmx256m",
      ...jvmFlags,
      "-XX:AOTCache=/usr/local/lib/java/compile.aot",
      // Most of its methods are run too seldom for machine code to pay.
      "-XX:CompileThresholdScaling=8",
      "com.sun.tools.javac.Main",
      "-proc:none",
      "-encoding",
      "UTF-8",
      ...limitModules(program),
      "-d",
      ".",
      ...filesEnding(program, ".java"),
    ],
  }),
  run: (program) => ({
    argv: [
      ...javaCommand(program, "-XX:AOTCache=/usr/local/lib/java/run.aot", "-cp", "."),
      mainClass(program),
      ...program.arguments,
    ],
  }),
  ownThreads: jvmThreads,
  outOfMemory: jvmOutOfMemory,
};
