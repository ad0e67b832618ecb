import { Type, type Static } from "typebox";
import { maxStdinBytes } from "../jobs/program.ts";
import { OutputChunk } from "../jobs/run-stream.ts";
import { RunResult } from "../jobs/run-result.ts";
import { LanguageId } from "../languages.ts";

const Id = Type.String({ format: "uuid" });

/**
 * Up: run this document, whose `revision` I have seen committed; what runs is the head at the moment it is queued.
 * `runId` is chosen by the sender: the same one again is the same run. [R1]
 */
export const StartRun = Type.Object({
  type: Type.Literal("run.start"),
  runId: Id,
  documentId: Id,
  revision: Type.Integer({ minimum: 0 }),
  stdin: Type.String({ maxLength: maxStdinBytes }),
});

/** Up: stop it, whoever started it; in the queue, compiling or running. [R4] */
export const StopRun = Type.Object({ type: Type.Literal("run.stop"), runId: Id });

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

/** Whether runs are possible now. */
export const RunAvailability = Type.Object({
  available: Type.Boolean(),
  /** When not: why, in words a person can act on. */
  reason: Type.Optional(Type.String()),
  /** Languages that can run now, and those whose sandbox image is still being made. */
  ready: Type.Array(LanguageId),
  preparing: Type.Array(LanguageId),
});
export type RunAvailability = Static<typeof RunAvailability>;

/** Down: it changed whether runs are possible. [R5] */
export const RunAvailabilityChanged = Type.Object({
  type: Type.Literal("run.availability"),
  availability: RunAvailability,
});
