import { Type, type Static } from "typebox";
import { LanguageId } from "../languages.ts";
import { Verdict } from "./grading.ts";
import { CompileLimits, RunLimits } from "./limits.ts";

/** A piece of text that may have been longer. */
export const Excerpt = Type.Object({
  text: Type.String(),
  /** Whether something was left out at its end. */
  cut: Type.Boolean(),
});
export type Excerpt = Static<typeof Excerpt>;

/** Characters of a visible case's output that its result carries. */
export const maxExcerptLength = 16 * 1024;

/** How one test case went. A hidden case's carries no output and no message: nothing of them leaves the executor. */
export const CaseResult = Type.Object({
  /** From 1, in the problem's order. */
  number: Type.Integer({ minimum: 1 }),
  visibility: Type.Union([Type.Literal("visible"), Type.Literal("hidden")]),
  verdict: Verdict,
  wallMs: Type.Union([Type.Number(), Type.Null()]),
  cpuMs: Type.Union([Type.Number(), Type.Null()]),
  memoryKib: Type.Union([Type.Integer(), Type.Null()]),
  exitCode: Type.Union([Type.Integer(), Type.Null()]),
  signal: Type.Union([Type.String(), Type.Null()]),
  /** What it wrote; in function style stdout is the value returned, as JSON, and stderr whatever it printed. */
  stdout: Type.Optional(Excerpt),
  stderr: Type.Optional(Excerpt),
  /** Where it differs, or what the checker said. */
  message: Type.Optional(Type.String()),
});
export type CaseResult = Static<typeof CaseResult>;

/** What a graded run was made of: enough to run it again, and to see whether it was the same. */
export const Receipt = Type.Object({
  /** When it began, milliseconds since the epoch. */
  at: Type.Integer(),
  language: LanguageId,
  /** What the language's row says: "3.13". */
  languageVersion: Type.String(),
  /** The id of the sandbox image's content, "sha256:…". */
  image: Type.String(),
  /** The engine's runtime: "runc", or "runsc" (gVisor). */
  runtime: Type.String(),
  limits: Type.Object({ compile: CompileLimits, run: RunLimits }),
  /** SHA-256, hexadecimal, of the program's files and of everything in its task (cases, checker, style). */
  sourceHash: Type.String(),
  taskHash: Type.String(),
  /** Given to the program, the checker and the interactor as SEED in their environment. */
  seed: Type.Integer({ minimum: 0 }),
});
export type Receipt = Static<typeof Receipt>;

/**
 * How a run ended. A free run "exited" (with code 0), or came to one of the failing verdicts; a graded one came to a
 * verdict; either may have been "stopped" by somebody. "internal-error" is ours, never the program's.
 */
export const RunOutcome = Type.Union([
  Type.Literal("exited"),
  Type.Literal("stopped"),
  Type.Literal("accepted"),
  Type.Literal("wrong-answer"),
  Type.Literal("time-limit"),
  Type.Literal("memory-limit"),
  Type.Literal("output-limit"),
  Type.Literal("runtime-error"),
  Type.Literal("compile-error"),
  Type.Literal("internal-error"),
]);
export type RunOutcome = Static<typeof RunOutcome>;

/** Of a graded run, times and memory are those of its worst case, exit code and signal those of the case that decided. */
export const RunResult = Type.Object({
  /** "exited" only with exit code 0; another code or a signal is "runtime-error". */
  outcome: RunOutcome,
  /** The program's exit code; null when a signal ended it or it never started. */
  exitCode: Type.Union([Type.Integer(), Type.Null()]),
  /** The name of the signal that ended it, such as "SIGSEGV"; null otherwise. */
  signal: Type.Union([Type.String(), Type.Null()]),
  /** Of the program alone, without compiling; null when it never started. */
  wallMs: Type.Union([Type.Number(), Type.Null()]),
  cpuMs: Type.Union([Type.Number(), Type.Null()]),
  /** The largest resident memory seen, in KiB. */
  memoryKib: Type.Union([Type.Integer(), Type.Null()]),
  /** How long compiling took; null where nothing was compiled. */
  compileMs: Type.Union([Type.Number(), Type.Null()]),
  /** How many chunks of output there are in all. */
  chunks: Type.Integer({ minimum: 0 }),
  /** Of a graded run: every case that was run, in order. */
  cases: Type.Optional(Type.Array(CaseResult)),
  receipt: Type.Optional(Receipt),
  /** For "stopped": its session ended while it waited or ran, and nothing that it did after that counts. */
  cutOff: Type.Optional(Type.Literal(true)),
  /** For "internal-error": a code from the executor's documented list. */
  errorCode: Type.Optional(Type.String()),
});
export type RunResult = Static<typeof RunResult>;
