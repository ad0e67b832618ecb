import { type Command, filesEnding, type ProgramFacts, runMain, type Runtime } from "./runtime.ts";

/** A language whose compiler makes the program /work/main. */
function toMachineCode(row: {
  family: string;
  compile: (program: ProgramFacts) => Command;
  compileMemoryKib?: number;
  ownThreads?: number;
  environment?: Readonly<Record<string, string>>;
}): Runtime {
  const { family, compile, compileMemoryKib, ownThreads = 0, environment } = row;
  return {
    family,
    compile,
    run: (program) => ({ ...runMain(program), ...(environment ? { environment } : {}) }),
    ownThreads,
    outOfMemory: [],
    ...(compileMemoryKib === undefined ? {} : { compileMemoryKib }),
  };
}

/** Several commands, each after the one before it succeeded; "$@" are the arguments. */
function inTurn(commands: readonly string[], ...args: readonly string[]): readonly string[] {
  return ["/bin/sh", "-c", commands.join(" && "), "sh", ...args];
}

const mib = 1024;

export const ada = toMachineCode({
  family: "ada",
  compile: ({ entry }) => ({ argv: ["/usr/bin/gnatmake-14", "-q", "-O2", "-o", "main", entry] }),
});

export const assembly = toMachineCode({
  family: "assembly",
  compile: (program) => ({
    argv: inTurn(
      [
        'for file; do nasm -f elf64 -o "$file.o" "$file" || exit 1; set -- "$@" "$file.o"; shift; done',
        'ld -o main "$@"',
      ],
      ...filesEnding(program, ".asm", ".nasm"),
    ),
  }),
});

/** Left to find out for itself, the compiler says of every program what it found. */
function cobolFormat({ source }: ProgramFacts): string {
  const firstLine = source.split("\n").find((line) => line.trim() !== "") ?? "";
  // The reference format: six columns of numbers or nothing, and an indicator.
  return /^[ \d]{6}[ */$>-]/.test(firstLine) ? "-fformat=fixed" : "-fformat=free";
}

export const cobol = toMachineCode({
  family: "cobol",
  compile: (program) => ({
    argv: [
      "/usr/bin/cobc",
      "-x",
      "-O",
      cobolFormat(program),
      "-o",
      "main",
      ...filesEnding(program, ".cob", ".cbl"),
      "/usr/local/lib/no-xml-version.o",
    ],
  }),
});

export const crystal = toMachineCode({
  family: "crystal",
  // One process, as there is one CPU: each of them takes a hundred megabytes.
  compile: ({ entry }) => ({
    argv: ["/usr/bin/crystal", "build", "--no-color", "--threads", "1", "-o", "main", entry],
    environment: { CRYSTAL_CACHE_DIR: "/tmp/crystal" },
  }),
  compileMemoryKib: 1024 * mib,
  ownThreads: 8,
});

export const d = toMachineCode({
  family: "d",
  compile: (program) => ({ argv: ["/usr/bin/ldc2", "-O2", "-of=main", ...filesEnding(program, ".d")] }),
  compileMemoryKib: 1024 * mib,
});

export const fortran = toMachineCode({
  family: "fortran",
  // Modules come before whoever uses them, so the entry, which does, comes last.
  compile: (program) => ({
    argv: [
      "/usr/bin/gfortran",
      "-O2",
      "-fdiagnostics-color=never",
      "-o",
      "main",
      ...filesEnding(program, ".f90", ".f95", ".f03", ".f08", ".f").toReversed(),
    ],
  }),
});

/** Compiler and linker by hand, against the standard library as images/go.Dockerfile compiled it. */
export const go = toMachineCode({
  family: "go",
  compile: (program) => ({
    argv: inTurn(
      [
        'tools="$(echo /usr/lib/go-*/pkg/tool/linux_*)"',
        '"$tools/compile" -p main -complete -importcfg /usr/local/lib/go-importcfg -o main.a "$@"',
        '"$tools/link" -s -w -importcfg /usr/local/lib/go-importcfg -o main main.a',
      ],
      ...filesEnding(program, ".go"),
    ),
    environment: { GOROOT: "/usr/lib/go-1.24" },
  }),
  ownThreads: 16,
});

export const haskell = toMachineCode({
  family: "haskell",
  compile: ({ entry }) => ({
    argv: ["/usr/bin/ghc", "-v0", "-O1", "-outputdir", "/work/.objects", "-o", "main", entry],
    environment: { GHC_CHARENC: "UTF-8" },
  }),
  compileMemoryKib: 1024 * mib,
});

export const ocaml = toMachineCode({
  family: "ocaml",
  // Modules come before whoever uses them, so the entry, which does, comes last.
  compile: (program) => ({
    argv: [
      "/usr/bin/ocamlopt",
      "-I",
      "+unix",
      "-I",
      "+str",
      "-o",
      "main",
      "unix.cmxa",
      "str.cmxa",
      ...filesEnding(program, ".ml").toReversed(),
    ],
  }),
  ownThreads: 8,
});

export const pascal = toMachineCode({
  family: "pascal",
  compile: ({ entry }) => ({ argv: ["/usr/bin/fpc", "-O2", "-v0ew", "-l-", "-omain", entry] }),
});

export const rust = toMachineCode({
  family: "rust",
  compile: ({ entry }) => ({
    argv: ["/usr/bin/rustc", "--edition=2021", "-Copt-level=2", "--color=never", "-o", "main", entry],
  }),
  compileMemoryKib: 1024 * mib,
});

export const swift = toMachineCode({
  family: "swift",
  compile: (program) => ({
    argv: [
      "/usr/bin/swiftc",
      "-O",
      "-no-color-diagnostics",
      "-module-cache-path",
      "/tmp/modules",
      "-o",
      "main",
      ...filesEnding(program, ".swift"),
    ],
  }),
  compileMemoryKib: 1024 * mib,
  ownThreads: 8,
});
