import { filesEnding, type ProgramFacts, runMain, type Runtime } from "./runtime.ts";

/** Flags that change code must be those of images/c-family.Dockerfile, or the compiler passes the compiled headers by. */
const common = ["-Wall", "-fdiagnostics-color=never", "-fuse-ld=gold", "-o", "main"];

/**
 * The headers that take the compiler a third of a second each time, for they leave it work to do at the end of every
 * program. What they declare cannot be named without one of these words, so a program without them is compiled with the
 * header of everything else.
 */
const heavyWords =
  /\b(?:chrono|format\w*|vformat\w*|print(?:ln)?|vprint\w*|generator|basic_format\w*|zoned_\w+|locate_zone)\b/;

function lightHeaders({ source, others }: ProgramFacts): readonly string[] {
  return [source, ...others].some((text) => heavyWords.test(text)) ? [] : ["-I/usr/local/include/light"];
}

export const c: Runtime = {
  family: "c-family",
  compile: (program) => ({
    argv: ["/usr/bin/gcc", "-O2", "-std=gnu17", ...common, ...filesEnding(program, ".c"), "-lm"],
  }),
  run: runMain,
  ownThreads: 0,
  outOfMemory: [],
};

export const cpp: Runtime = {
  family: "c-family",
  compile: (program) => ({
    argv: [
      "/usr/bin/g++",
      "-O2",
      "-std=gnu++20",
      ...lightHeaders(program),
      ...common,
      ...filesEnding(program, ".cpp", ".cc", ".cxx"),
    ],
  }),
  run: runMain,
  ownThreads: 0,
  outOfMemory: [{ signal: "SIGABRT", stderr: "std::bad_alloc" }],
};
