import { javaCommand, jvmOutOfMemory, jvmThreads } from "./java.ts";
import { filesEnding, type ProgramFacts, type Runtime } from "./runtime.ts";

export const clojure: Runtime = {
  family: "clojure",
  run: (program) => ({
    argv: [
      ...javaCommand(
        program,
        "-XX:SharedArchiveFile=/usr/local/lib/clojure.jsa",
        "-cp",
        "/usr/local/lib/clojure.jar:.",
      ),
      "clojure.main",
      program.entry,
      ...program.arguments,
    ],
  }),
  ownThreads: jvmThreads,
  outOfMemory: jvmOutOfMemory,
};

export const groovy: Runtime = {
  family: "groovy",
  run: (program) => ({
    argv: [
      ...javaCommand(program, "-XX:SharedArchiveFile=/usr/local/lib/groovy.jsa", "-cp", "/usr/local/lib/groovy.jar:."),
      "groovy.ui.GroovyMain",
      program.entry,
      ...program.arguments,
    ],
  }),
  ownThreads: jvmThreads,
  outOfMemory: jvmOutOfMemory,
};

/** What programs may use besides what they bring: Kotlin's library, and its coroutines. */
const kotlinLibraries = "/usr/local/lib/kotlin/kotlin-stdlib.jar:/usr/local/lib/kotlin/kotlinx-coroutines-core-jvm.jar";

/** The class that a file's functions become members of: what the file says it is, or else what it is called. */
function kotlinMainClass({ entry, source }: ProgramFacts): string {
  const inPackage = /^\s*package\s+([\w.]+)/m.exec(source)?.[1];
  const file = entry.replace(/^.*\//, "").replace(/\.kts?$/, "");
  const own = `${file.charAt(0).toUpperCase()}${file.slice(1).replaceAll(/\W/g, "_")}Kt`;
  const name = /^\s*@file:JvmName\(\s*"(\w+)"\s*\)/m.exec(source)?.[1] ?? own;
  return inPackage === undefined ? name : `${inPackage}.${name}`;
}

export const kotlin: Runtime = {
  family: "kotlin",
  compile: (program) => ({
    argv: [
      "/usr/bin/java",
      "@/usr/local/lib/kotlinc.options",
      "-XX:SharedArchiveFile=/usr/local/lib/kotlinc.jsa",
      "-XX:-UsePerfData",
      "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
      "-no-stdlib",
      "-no-reflect",
      "-cp",
      kotlinLibraries,
      "-d",
      ".",
      ...filesEnding(program, ".kt"),
    ],
  }),
  run: (program) => ({
    argv: [...javaCommand(program, "-cp", `.:${kotlinLibraries}`), kotlinMainClass(program), ...program.arguments],
  }),
  ownThreads: jvmThreads,
  outOfMemory: jvmOutOfMemory,
  compileMemoryKib: 1024 * 1024,
};

/** One scheduler, for a sandbox has one CPU; its own memory carriers are not kept beyond what is used. */
const schedulers = "+S 1:1 +SDcpu 1:1 +SDio 1 +A 1 +sbwt none +JMsingle true +pc unicode";

export const elixir: Runtime = {
  family: "beam",
  run: ({ entry, arguments: args }) => ({
    argv: ["/usr/bin/elixir", entry, ...args],
    environment: { ELIXIR_ERL_OPTIONS: `${schedulers} +fnu` },
  }),
  ownThreads: 24,
  outOfMemory: [],
};

export const erlang: Runtime = {
  family: "beam",
  compile: ({ files }) => ({
    argv: ["/usr/bin/erlc", "+debug_info", ...files.filter((name) => name.endsWith(".erl"))],
    environment: { ERL_FLAGS: schedulers },
  }),
  run: ({ entry, arguments: args }) => ({
    argv: [
      "/usr/bin/erl",
      "-noshell",
      "-s",
      entry.replace(/\.erl$/, ""),
      "main",
      // At once, when all is written: an orderly stop takes a second.
      "-s",
      "erlang",
      "halt",
      "-extra",
      ...args,
    ],
    environment: { ERL_FLAGS: schedulers },
  }),
  ownThreads: 24,
  outOfMemory: [],
};

export const commonlisp: Runtime = {
  family: "commonlisp",
  run: (program) => ({
    argv: [
      "/usr/bin/sbcl",
      "--dynamic-space-size",
      `${Math.floor(program.limits.memoryKib / 1024)}MB`,
      "--script",
      program.entry,
      ...program.arguments,
    ],
  }),
  ownThreads: 4,
  outOfMemory: [{ stderr: "Heap exhausted" }],
};

/** Ends after the program's directives, and with an exit code that tells of errors in them. */
export const prolog: Runtime = {
  family: "prolog",
  run: ({ entry, arguments: args }) => ({
    argv: ["/usr/bin/swipl", "-q", "--on-error=halt", "--no-tty", "-g", "halt", entry, "--", ...args],
  }),
  ownThreads: 8,
  outOfMemory: [{ stderr: "Stack limit" }],
};

export const racket: Runtime = {
  family: "racket",
  run: ({ entry, arguments: args }) => ({ argv: ["/usr/bin/racket", entry, ...args] }),
  ownThreads: 8,
  outOfMemory: [{ stderr: "out of memory" }],
};

export const scheme: Runtime = {
  family: "scheme",
  run: ({ entry, arguments: args }) => ({
    argv: ["/usr/bin/guile", "--no-auto-compile", entry, ...args],
    environment: { GUILE_AUTO_COMPILE: "0" },
  }),
  ownThreads: 8,
  outOfMemory: [{ stderr: "out-of-memory" }],
};

export const csharp: Runtime = {
  family: "csharp",
  compile: ({ entry, files }) => ({
    argv: [
      "/usr/bin/mcs",
      "-optimize+",
      "-nologo",
      "-out:main.exe",
      "-r:System.Numerics",
      "-r:System.Core",
      entry,
      ...files.filter((name) => name !== entry && name.endsWith(".cs")),
    ],
  }),
  run: ({ arguments: args }) => ({ argv: ["/usr/bin/mono", "/work/main.exe", ...args] }),
  ownThreads: 16,
  outOfMemory: [{ stderr: "OutOfMemoryException" }],
};
