import { Type, type Static } from "typebox";
import { RunInput } from "../jobs/run-job.ts";
import { CaseResult, RunResult } from "../jobs/run-result.ts";
import { OutputChunk, RunOrder } from "../jobs/run-stream.ts";
import { LanguageId } from "../languages.ts";

const Id = Type.String({ format: "uuid" });

/** What a click asks for: a run with this input, or the shown problem's test cases. */
export const RunTask = Type.Union([
  Type.Object({ kind: Type.Literal("free"), input: RunInput }),
  /** `visible`: only the cases that a candidate sees, to try something out; `all` is what counts. */
  Type.Object({ kind: Type.Literal("graded"), cases: Type.Union([Type.Literal("visible"), Type.Literal("all")]) }),
]);
export type RunTask = Static<typeof RunTask>;

/** A free run with all of its input up front. */
export const givenInput = (text: string): RunTask => ({ kind: "free", input: { kind: "given", text } });

/**
 * Up: run this document, whose `revision` I have seen committed; what runs is the head at the moment it is queued.
 * `runId` is chosen by the sender: the same one again is the same run. [R1]
 */
export const StartRun = Type.Object({
  type: Type.Literal("run.start"),
  runId: Id,
  documentId: Id,
  revision: Type.Integer({ minimum: 0 }),
  task: RunTask,
});

/** Up: stop it, whoever started it, in the queue, compiling or running [R4]; or type into it while its input is live [R6]. */
export const OrderRun = Type.Object({ type: Type.Literal("run.order"), runId: Id, order: RunOrder });

export const RunState = Type.Union([Type.Literal("queued"), Type.Literal("running"), Type.Literal("ended")]);

export const RunSummary = Type.Object({
  runId: Id,
  documentId: Id,
  language: LanguageId,
  /** The revision of the document that runs. */
  revision: Type.Integer({ minimum: 0 }),
  /** Who clicked. */
  participantId: Id,
  state: RunState,
  task: RunTask,
  /** The problem whose test cases a graded run meets. */
  problem: Type.Union([Type.Object({ problemId: Id, version: Type.Integer({ minimum: 1 }) }), Type.Null()]),
  /** While it is queued: how many runs go before it. [R7] */
  position: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** When it was queued, milliseconds since the epoch. */
  queuedAt: Type.Integer(),
  /** Present once it has ended. */
  result: Type.Union([RunResult, Type.Null()]),
});
export type RunSummary = Static<typeof RunSummary>;

/** Down, to everybody: a run was queued, started or ended. [R2] */
export const RunChanged = Type.Object({ type: Type.Literal("run"), run: RunSummary });

/** Down, to everybody: output, in order, each chunk once on one socket. [R3] */
export const RunOutput = Type.Object({
  type: Type.Literal("run.output"),
  runId: Id,
  chunks: Type.Array(OutputChunk),
});

/** Down, to everybody, each as they may see it: test cases of a graded run that have been met, in order, each once. [B4] */
export const RunCases = Type.Object({ type: Type.Literal("run.cases"), runId: Id, cases: Type.Array(CaseResult) });

/** Whether runs are possible now. */
export const RunAvailability = Type.Object({
  available: Type.Boolean(),
  /** When not: why, in words a person can act on. */
  reason: Type.Optional(Type.String()),
  /** Languages that can run now; whose sandbox image is being made; and whose is made once the room changes to them. */
  ready: Type.Array(LanguageId),
  preparing: Type.Array(LanguageId),
  onDemand: Type.Array(LanguageId),
});
export type RunAvailability = Static<typeof RunAvailability>;

/** Down: it changed whether runs are possible. [R5] */
export const RunAvailabilityChanged = Type.Object({
  type: Type.Literal("run.availability"),
  availability: RunAvailability,
});
