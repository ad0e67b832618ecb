import { Type, type Static } from "typebox";
import { Checker, maxCases, Style, TestCase } from "../jobs/grading.ts";
import { RunLimits } from "../jobs/limits.ts";
import { LanguageId } from "../languages.ts";
import { Signature } from "../signature/signature.ts";

const Id = Type.String({ format: "uuid" });

/** What a language's document begins with when the problem is shown. In function style a missing one is made from the signature. */
export const Starter = Type.Object({ language: LanguageId, text: Type.String({ maxLength: 64 * 1024 }) });

/** A problem as its author wrote it. */
export const ProblemContent = Type.Object({
  title: Type.String({ minLength: 1, maxLength: 120, pattern: "\\S" }),
  /** Markdown (CommonMark, tables); no HTML is taken from it. */
  statement: Type.String({ maxLength: 64 * 1024 }),
  style: Style,
  checker: Checker,
  cases: Type.Array(TestCase, { minItems: 1, maxItems: maxCases }),
  starters: Type.Array(Starter, { maxItems: 64 }),
  /** Of each test case. */
  limits: RunLimits,
});
export type ProblemContent = Static<typeof ProblemContent>;

/** A problem with who made it and when. Every change makes a new version; runs and rooms name the one they mean. */
export const Problem = Type.Object({
  problemId: Id,
  /** From 1. */
  version: Type.Integer({ minimum: 1 }),
  content: ProblemContent,
  createdBy: Type.Object({ userId: Id, name: Type.String() }),
  /** Milliseconds since the epoch. */
  createdAt: Type.Integer(),
  changedAt: Type.Integer(),
});
export type Problem = Static<typeof Problem>;

/** One version of a problem, as rooms, runs and records name it. It stays though the problem is taken off the list. */
export const ProblemVersion = Type.Pick(Problem, ["problemId", "version", "content"]);
export type ProblemVersion = Static<typeof ProblemVersion>;

/** A test case as a room sees it: of a hidden one, nobody but interviewers sees more than that there is one. */
export const ShownCase = Type.Union([
  Type.Object({
    number: Type.Integer({ minimum: 1 }),
    visibility: Type.Literal("visible"),
    input: Type.String(),
    expected: Type.String(),
  }),
  Type.Object({
    number: Type.Integer({ minimum: 1 }),
    visibility: Type.Literal("hidden"),
    /** For interviewers alone. */
    input: Type.Optional(Type.String()),
    expected: Type.Optional(Type.String()),
  }),
]);
export type ShownCase = Static<typeof ShownCase>;

/** The problem that a room works on, as one participant may see it. Of an interactor or a checker program nobody sees the text. */
export const ShownProblem = Type.Object({
  problemId: Id,
  version: Type.Integer({ minimum: 1 }),
  title: Type.String(),
  statement: Type.String(),
  style: Type.Union([
    Type.Object({ kind: Type.Literal("stdin") }),
    Type.Object({ kind: Type.Literal("function"), signature: Signature }),
    Type.Object({ kind: Type.Literal("interactive") }),
  ]),
  checker: Type.String(),
  cases: Type.Array(ShownCase),
  limits: RunLimits,
});
export type ShownProblem = Static<typeof ShownProblem>;
