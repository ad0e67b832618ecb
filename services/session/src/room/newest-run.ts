import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { CaseResult, RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { maxLiveInputBytes, type OutputChunk, type RunOrder } from "@greenroom/shared/jobs/run-stream.ts";
import type { FrameErrorCode } from "@greenroom/shared/protocol/error.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";

/** The newest run of a room, as all of it is known. */
export interface NewestRun {
  summary: RunSummary;
  chunks: OutputChunk[];
  cases: CaseResult[];
  readonly job: { readonly job: RunJob; readonly priority: number } | undefined;
  /** The problem's numbers of the cases that are met: not all may be. */
  readonly numbers: readonly number[];
  readonly byAuthor: boolean;
  inputBytes: number;
  /** Orders given to it so far, those to stop apart. */
  orders: number;
  /** An order to stop it is in Redis: it needs no other. */
  stopped: boolean;
}

/** As many orders as an executor carries out for one run. */
const maxOrders = 20_000;

/** How a run ends that was stopped before any executor had it. */
export const stoppedInTheQueue: RunResult = {
  outcome: "stopped",
  exitCode: null,
  signal: null,
  wallMs: null,
  cpuMs: null,
  memoryKib: null,
  compileMs: null,
  chunks: 0,
};

export const noOrders = { inputBytes: 0, orders: 0, stopped: false };

/** Counts an order for the run's program. @returns why the run does not take it [R6] */
export function refuseOrder(newest: NewestRun, order: RunOrder): FrameErrorCode | undefined {
  const { task } = newest.summary;
  if (task.kind !== "free" || task.input.kind === "given") return "not-allowed";
  if (order.type === "input") newest.inputBytes += Buffer.byteLength(order.text);
  newest.orders += 1;
  return newest.inputBytes > maxLiveInputBytes || newest.orders > maxOrders ? "rate-limited" : undefined;
}
