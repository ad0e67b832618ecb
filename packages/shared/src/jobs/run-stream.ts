import { Type, type Static } from "typebox";
import { LanguageId } from "../languages.ts";

/**
 * Redis stream of what a run does while it runs. Each entry has one field: "chunk", an OutputChunk as JSON, or "case", a
 * CaseResult as JSON. Capped; expires an hour after the run's end.
 */
export const runOutputKey = (runId: string): string => `run:${runId}:output`;
/** Redis stream of orders for a run; each entry has one field, "order": a RunOrder as JSON. */
export const runOrdersKey = (runId: string): string => `run:${runId}:orders`;
/** Pub/sub channel told (with an empty message) after every addition to the output stream: it only wakes readers. */
export const runWakeChannel = (runId: string): string => `run:${runId}:wake`;
/**
 * Pub/sub channel told a run's id after every addition to its orders stream. One for all runs: executors need not subscribe
 * to each that they carry out, and orders are few.
 */
export const ordersWakeChannel = "run:orders-wake";
/** Redis hash: what each executor can do, field = executor id, value = ExecutorStatus as JSON, refreshed every 2 s. */
export const executorStatusKey = "executors";
/**
 * Redis hash: languages that somebody wants to run, field = language id, value = milliseconds since the epoch. Executors
 * look at it every 2 s and build the images of those that were wanted within the last ten minutes.
 */
export const wantedLanguagesKey = "executors:wanted";

/**
 * A piece of output. Chunks are numbered from 1 without a gap; text is whole UTF-8 characters, invalid bytes replaced by
 * U+FFFD. When a run is taken up again after its executor died, its stream is emptied and numbers begin at 1 again: a
 * reader that meets number 1 a second time forgets what it had, cases too. The result's `chunks` says how many count.
 */
export const OutputChunk = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  /** "compile" is what the compiler said, on either of its streams. A terminal's output is all "stdout". */
  stream: Type.Union([Type.Literal("stdout"), Type.Literal("stderr"), Type.Literal("compile")]),
  text: Type.String(),
});
export type OutputChunk = Static<typeof OutputChunk>;

/** Characters of one order's input; whoever has more sends more orders. */
export const maxInputLength = 16 * 1024;
/** Bytes of all input that a live run or a terminal takes; what comes after is dropped. */
export const maxLiveInputBytes = 1024 * 1024;

/** Signals that a run may be sent; they reach the program, never its sandbox. */
export const RunSignal = Type.Union([
  Type.Literal("SIGINT"),
  Type.Literal("SIGTERM"),
  Type.Literal("SIGKILL"),
  Type.Literal("SIGHUP"),
  Type.Literal("SIGQUIT"),
  Type.Literal("SIGUSR1"),
  Type.Literal("SIGUSR2"),
]);
export type RunSignal = Static<typeof RunSignal>;

export const TerminalSize = {
  columns: Type.Integer({ minimum: 1, maximum: 1000 }),
  rows: Type.Integer({ minimum: 1, maximum: 1000 }),
};

/** What somebody wants of a run: to end it, or, while its input is live, to type. Orders are carried out in order. */
export const RunOrder = Type.Union([
  Type.Object({ type: Type.Literal("stop") }),
  Type.Object({ type: Type.Literal("input"), text: Type.String({ maxLength: maxInputLength }) }),
  /** No more input: the program reads the end of its stdin. In a terminal that is what Ctrl-D is for. */
  Type.Object({ type: Type.Literal("input-end") }),
  Type.Object({ type: Type.Literal("resize"), ...TerminalSize }),
  Type.Object({ type: Type.Literal("signal"), signal: RunSignal }),
]);
export type RunOrder = Static<typeof RunOrder>;

/** What one executor says of itself. Older than 10 s, it counts as gone. */
export const ExecutorStatus = Type.Object({
  executorId: Type.String(),
  /** Milliseconds since the epoch. */
  at: Type.Integer(),
  /** Whether its engine answers; when not, why, in words a person can act on. */
  engine: Type.Union([Type.Literal("ready"), Type.Literal("unavailable")]),
  reason: Type.Optional(Type.String()),
  /** Languages whose image is built; those being built or waiting for it; those that are built once they are wanted. */
  ready: Type.Array(LanguageId),
  preparing: Type.Array(LanguageId),
  onDemand: Type.Array(LanguageId),
});
export type ExecutorStatus = Static<typeof ExecutorStatus>;
