import type { OutOfMemorySign, ProgramFacts, Runtime } from "./runtime.ts";

/** A language whose interpreter is given the program's file; what it is told before that, and around it. */
function interpreted(row: {
  family: string;
  /** All before the file. */
  command: readonly string[];
  environment?: Readonly<Record<string, string>>;
  ownThreads?: number;
  outOfMemory?: readonly OutOfMemorySign[];
}): Runtime {
  const { family, command, environment, ownThreads = 0, outOfMemory = [] } = row;
  return {
    family,
    run: (program) => ({
      argv: [...command, program.entry, ...program.arguments],
      ...(environment ? { environment } : {}),
    }),
    ownThreads,
    outOfMemory,
  };
}

export const awk = interpreted({ family: "small", command: ["/usr/bin/gawk", "-f"] });
export const bash = interpreted({ family: "small", command: ["/bin/bash"] });
export const lua = interpreted({
  family: "small",
  command: ["/usr/bin/lua5.4"],
  outOfMemory: [{ exitCode: 1, stderr: "not enough memory" }],
});
export const perl = interpreted({ family: "small", command: ["/usr/bin/perl"] });
export const tcl = interpreted({ family: "small", command: ["/usr/bin/tclsh"] });

/** A statement that fails ends the program. `.import "|cat" table` is how it reads. */
export const sqlite: Runtime = {
  family: "small",
  run: ({ entry }) => ({ argv: ["/usr/bin/sqlite3", "-bail", "-batch", ":memory:", `.read '${entry}'`] }),
  ownThreads: 0,
  outOfMemory: [],
};

export const octave = interpreted({
  family: "octave",
  command: ["/usr/bin/octave-cli", "--quiet", "--no-init-file", "--no-site-file", "--no-history"],
  ownThreads: 16,
  outOfMemory: [{ exitCode: 1, stderr: "out of memory" }],
});

export const php = interpreted({
  family: "php",
  command: ["/usr/bin/php", "-d", "memory_limit=-1", "-d", "display_errors=stderr", "-d", "log_errors=0", "-f"],
});

/** Threads for arithmetic would only wait for each other's share of the CPU. */
export const r = interpreted({
  family: "r",
  command: ["/usr/bin/Rscript", "--vanilla"],
  environment: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", TMPDIR: "/tmp" },
  ownThreads: 8,
  outOfMemory: [{ exitCode: 1, stderr: "cannot allocate" }],
});

export const raku = interpreted({
  family: "raku",
  command: ["/usr/bin/raku"],
  ownThreads: 16,
});

export const ruby = interpreted({
  family: "ruby",
  // Its standard output is shown as it is written, not when it ends.
  command: ["/usr/bin/ruby", "-e", "$stdout.sync = true; $0 = ARGV.shift; load $0", "--"],
  ownThreads: 8,
  outOfMemory: [{ exitCode: 1, stderr: "NoMemoryError" }],
});

/** Where images/postgresql.Dockerfile has put a database's directory and what starts a server on a copy of it. */
export const postgresql: Runtime = {
  family: "postgresql",
  run: ({ entry }: ProgramFacts) => ({ argv: ["/usr/local/bin/run-sql", entry] }),
  ownThreads: 16,
  outOfMemory: [],
};
