import { Type, type Static } from "typebox";
import { Signature } from "../signature/signature.ts";
import { Program } from "./program.ts";

/** Bounds of what a problem may ask for, in all: every job of it goes through the queue. */
export const maxCases = 200;
/** Characters of one test case's input, and of its expected output. */
export const maxCaseText = 1024 * 1024;
/** Bytes of all inputs and expected outputs together. */
export const maxCasesBytes = 8 * 1024 * 1024;

const Tolerance = Type.Number({ minimum: 0, maximum: 1 });

/**
 * How the output of a program is compared with what was expected.
 *
 * - `exact`: byte by byte.
 * - `lines`: line by line, without the white space at the end of each line and without empty lines at the end.
 * - `tokens`: the words between white space, whatever the white space.
 * - `float`: like tokens, but two that are both numbers agree within either tolerance:
 *   |got - expected| ≤ absolute, or ≤ relative × |expected|, worked out exactly. A number is in decimal notation, with or
 *   without an exponent, of at most 1000 characters; "nan", "inf" and "0x10" are words like any other.
 * - `unordered-lines`: like lines, in any order, each as often as expected.
 * - `program`: a program of the author's decides, as an output validator of the problem package format does
 *   (https://www.kattis.com/problem-package-format/spec/legacy.html#output-validators): it is called with the paths of
 *   the input, of the expected output and of a feedback directory, and the program's output on stdin; it exits with 42
 *   for accepted and 43 for wrong; anything else is a fault of the checker. What it writes to stdout is its message.
 *
 * Bytes are compared, and white space is that of ASCII: so `lines`, `tokens` and `float` do not tell CR LF from LF, and
 * `exact` does.
 */
export const Checker = Type.Union([
  Type.Object({ kind: Type.Literal("exact") }),
  Type.Object({ kind: Type.Literal("lines") }),
  Type.Object({ kind: Type.Literal("tokens") }),
  Type.Object({ kind: Type.Literal("float"), absolute: Tolerance, relative: Tolerance }),
  Type.Object({ kind: Type.Literal("unordered-lines") }),
  Type.Object({ kind: Type.Literal("program"), program: Program }),
]);
export type Checker = Static<typeof Checker>;

export const TestCase = Type.Object({
  /** A hidden case shows a candidate its verdict and nothing else. */
  visibility: Type.Union([Type.Literal("visible"), Type.Literal("hidden")]),
  /** The program's stdin; in function style one JSON value a line, an argument each. */
  input: Type.String({ maxLength: maxCaseText }),
  /** In function style one JSON value. */
  expected: Type.String({ maxLength: maxCaseText }),
});
export type TestCase = Static<typeof TestCase>;

/**
 * How the program meets its test cases.
 *
 * - `stdin`: it reads the input and writes the output.
 * - `function`: it defines a function of this signature; a driver of ours calls it.
 * - `interactive`: it talks to the interactor, whose stdout is its stdin and the other way round. The interactor is
 *   called like a checker program and decides like one, what it writes to stderr being its message; nothing is compared.
 *   Either may write 1 MiB.
 */
export const Style = Type.Union([
  Type.Object({ kind: Type.Literal("stdin") }),
  Type.Object({ kind: Type.Literal("function"), signature: Signature }),
  Type.Object({ kind: Type.Literal("interactive"), interactor: Program }),
]);
export type Style = Static<typeof Style>;

/** What a program came to. Of several that apply, the first in `verdictOrder` is the one. */
export const Verdict = Type.Union([
  Type.Literal("accepted"),
  Type.Literal("wrong-answer"),
  Type.Literal("time-limit"),
  Type.Literal("memory-limit"),
  Type.Literal("output-limit"),
  Type.Literal("runtime-error"),
  Type.Literal("compile-error"),
  Type.Literal("internal-error"),
]);
export type Verdict = Static<typeof Verdict>;

/** Within one test case, the first that applies is its verdict. A run's is that of its first case that is not accepted. */
export const verdictOrder: readonly Verdict[] = [
  "internal-error",
  "compile-error",
  "output-limit",
  "time-limit",
  "memory-limit",
  "runtime-error",
  "wrong-answer",
  "accepted",
];
