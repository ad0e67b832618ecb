import { type Command, heapMib, type OutOfMemorySign, type ProgramFacts, type Runtime } from "./runtime.ts";

const outOfMemory: readonly OutOfMemorySign[] = [{ signal: "SIGABRT", stderr: "JavaScript heap out of memory" }];

/** Beside the heap: V8's code and stacks, buffers and Node itself, in MiB. */
const outsideHeapMib = 88;

function runFile(program: ProgramFacts, file: string): Command {
  const heap = `--max-old-space-size=${heapMib(program.limits, outsideHeapMib)}`;
  return { argv: ["/usr/local/bin/node", heap, file, ...program.arguments] };
}

/** A line that begins with an await, or with a declaration of one: not in a function, as people indent. */
const topLevelAwait = /^(?:(?:export\s+)?(?:const|let|var)\s[^=\n]*=\s*)?await\b|^for\s+await\b/m;

const compilerOptions = {
  target: "es2024",
  lib: "es2024,esnext.disposable",
  moduleDetection: "force",
  types: "node",
  typeRoots: "/usr/local/lib/sandbox/node_modules/@types",
  rootDir: "/work",
  outDir: "/work",
  pretty: "false",
} as const;
const compilerFlags = ["esModuleInterop", "strict", "skipLibCheck", "noEmitOnError"] as const;

function compileTypeScript(program: ProgramFacts): Command {
  // CommonJS lets a program mix `import` and `require`, as most do; only an ES module may await at its top level.
  const module = topLevelAwait.test(program.source) ? "esnext" : "commonjs";
  const options = Object.entries({ ...compilerOptions, module }).flatMap(([name, value]) => [`--${name}`, value]);
  const flags = compilerFlags.map((name) => `--${name}`);
  return { argv: ["/usr/local/lib/typescript/lib/tsc", ...options, ...flags, program.entry] };
}

export const javascript: Runtime = {
  family: "node",
  run: (program) => runFile(program, program.entry),
  ownThreads: 16,
  outOfMemory,
};

export const typescript: Runtime = {
  family: "node",
  compile: compileTypeScript,
  run: (program) =>
    runFile(
      program,
      program.entry.replace(/\.[cm]?ts$/, (ending) => ending.replace("ts", "js")),
    ),
  ownThreads: 16,
  outOfMemory,
};
