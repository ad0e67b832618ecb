import { Type, type Static } from "typebox";
import { LanguageId } from "../languages.ts";

/**
 * The executor's whole contract. A run is a BullMQ job named "run" in the queue below, its job id the run's id, its data
 * a RunJob, its return value a RunResult. While it runs, output goes to one capped Redis stream, orders come by another.
 */
export const runQueueName = "runs";

/** Redis stream of a run's output; each entry has one field, "chunk": an OutputChunk as JSON. Expires an hour after its end. */
export const runOutputKey = (runId: string): string => `run:${runId}:output`;
/** Redis stream of orders for a run; each entry has one field, "order": a RunOrder as JSON. */
export const runOrdersKey = (runId: string): string => `run:${runId}:orders`;
/** Pub/sub channel told (with an empty message) after every addition to the output stream: it only wakes readers. */
export const runWakeChannel = (runId: string): string => `run:${runId}:wake`;
/** Pub/sub channel told (with an empty message) after every addition to the orders stream. */
export const runOrdersWakeChannel = (runId: string): string => `run:${runId}:orders-wake`;
/** Redis hash: what each executor can do, field = executor id, value = ExecutorStatus as JSON, refreshed every 2 s. */
export const executorStatusKey = "executors";

/** Bounds of what a run may be given. */
export const maxSourceBytes = 1024 * 1024;
export const maxStdinBytes = 256 * 1024;

export const RunLimits = Type.Object({
  /** CPU time of the program and all its children, user and system, in milliseconds. */
  cpuMs: Type.Integer({ minimum: 100, maximum: 60_000 }),
  /** Wall-clock time in milliseconds: sleeping programs meet this one. */
  wallMs: Type.Integer({ minimum: 100, maximum: 120_000 }),
  /** Memory in KiB, of the whole process tree. */
  memoryKib: Type.Integer({ minimum: 16 * 1024, maximum: 1024 * 1024 }),
  /** Bytes of stdout and stderr together; a program that writes more is killed. */
  outputBytes: Type.Integer({ minimum: 1024, maximum: 4 * 1024 * 1024 }),
  /** Processes and threads at once. */
  processes: Type.Integer({ minimum: 1, maximum: 256 }),
});
export type RunLimits = Static<typeof RunLimits>;

export const defaultRunLimits: RunLimits = {
  cpuMs: 10_000,
  wallMs: 20_000,
  memoryKib: 256 * 1024,
  outputBytes: 1024 * 1024,
  processes: 64,
};

export const RunJob = Type.Object({
  runId: Type.String({ format: "uuid" }),
  /** Those whose code may follow each other in one sandbox: "session:<id>". */
  trustDomain: Type.String({ minLength: 1, maxLength: 128 }),
  language: LanguageId,
  source: Type.String(),
  stdin: Type.String(),
  limits: RunLimits,
});
export type RunJob = Static<typeof RunJob>;

/**
 * A piece of output. Chunks are numbered from 1 without a gap; text is whole UTF-8 characters, invalid bytes replaced by
 * U+FFFD. When a run is taken up again after its executor died, its stream is deleted and numbers begin at 1 again: a
 * reader that meets number 1 a second time forgets what it had. The result's `chunks` says how many count.
 */
export const OutputChunk = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  /** "compile" is what the compiler said, on either of its streams. */
  stream: Type.Union([Type.Literal("stdout"), Type.Literal("stderr"), Type.Literal("compile")]),
  text: Type.String(),
});
export type OutputChunk = Static<typeof OutputChunk>;

export const RunOrder = Type.Object({ type: Type.Literal("stop") });
export type RunOrder = Static<typeof RunOrder>;

/**
 * How a free run ended: it "exited" (with whatever code), was "stopped" by somebody, or one of the failing verdicts.
 * "internal-error" is ours, never the program's.
 */
export const RunOutcome = Type.Union([
  Type.Literal("exited"),
  Type.Literal("stopped"),
  Type.Literal("time-limit"),
  Type.Literal("memory-limit"),
  Type.Literal("output-limit"),
  Type.Literal("runtime-error"),
  Type.Literal("compile-error"),
  Type.Literal("internal-error"),
]);
export type RunOutcome = Static<typeof RunOutcome>;

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
  /** For "internal-error": a code from the executor's documented list. */
  errorCode: Type.Optional(Type.String()),
});
export type RunResult = Static<typeof RunResult>;

/** What one executor says of itself. Older than 10 s, it counts as gone. */
export const ExecutorStatus = Type.Object({
  executorId: Type.String(),
  /** Milliseconds since the epoch. */
  at: Type.Integer(),
  /** Whether its engine answers; when not, why, in words a person can act on. */
  engine: Type.Union([Type.Literal("ready"), Type.Literal("unavailable")]),
  reason: Type.Optional(Type.String()),
  /** Languages whose image is built, and those being built or waiting for it. */
  ready: Type.Array(LanguageId),
  preparing: Type.Array(LanguageId),
});
export type ExecutorStatus = Static<typeof ExecutorStatus>;
