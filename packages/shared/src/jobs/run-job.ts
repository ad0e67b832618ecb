import { Type, type Static } from "typebox";
import { Checker, maxCases, Style, TestCase } from "./grading.ts";
import { CompileLimits, RunLimits } from "./limits.ts";
import { maxStdinBytes, Program } from "./program.ts";
import { TerminalSize } from "./run-stream.ts";

/**
 * The executor's contract. A run is a BullMQ job named "run" in the queue below, its job id the run's id, its data a
 * RunJob, its return value a RunResult (run-result.ts). What it does while it runs goes to one capped Redis stream, orders
 * come by another (run-stream.ts).
 */
export const runQueueName = "runs";

/**
 * BullMQ priorities: the lower goes first, and 0 before all others. Whoever looks at the screen goes before whoever
 * does not. `graded` is a graded run in a room, `call` one that a program waits for, `batch` one that nobody waits for.
 */
export const runPriority = { free: 0, graded: 1, call: 2, batch: 3 } as const;

/** A free run's input: all of it up front, or typed while it runs, as it comes or on a terminal. */
export const RunInput = Type.Union([
  Type.Object({ kind: Type.Literal("given"), text: Type.String({ maxLength: maxStdinBytes }) }),
  Type.Object({ kind: Type.Literal("live") }),
  Type.Object({ kind: Type.Literal("terminal"), ...TerminalSize }),
]);
export type RunInput = Static<typeof RunInput>;

export const FreeTask = Type.Object({
  kind: Type.Literal("free"),
  input: RunInput,
  /** Given to the program, after its name. */
  arguments: Type.Array(Type.String({ maxLength: 4096, pattern: "^[^\\u0000]*$" }), { maxItems: 128 }),
});
export type FreeTask = Static<typeof FreeTask>;

export const GradedTask = Type.Object({
  kind: Type.Literal("graded"),
  style: Style,
  checker: Checker,
  cases: Type.Array(TestCase, { minItems: 1, maxItems: maxCases }),
  /** Whether the cases after the first that is not accepted are left out. */
  stopAtFirstFailure: Type.Boolean(),
  /**
   * Those whose checkers and interactors may follow each other in one sandbox, such as "problem:<id>": never the
   * candidate's own domain.
   */
  authorDomain: Type.String({ minLength: 1, maxLength: 128 }),
  seed: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }),
});
export type GradedTask = Static<typeof GradedTask>;

export const RunJob = Type.Object({
  runId: Type.String({ format: "uuid" }),
  /** Those whose code may follow each other in one sandbox: "session:<id>", "key:<id>", "call:<id>". */
  trustDomain: Type.String({ minLength: 1, maxLength: 128 }),
  program: Program,
  task: Type.Union([FreeTask, GradedTask]),
  limits: Type.Object({ compile: CompileLimits, run: RunLimits }),
});
export type RunJob = Static<typeof RunJob>;
