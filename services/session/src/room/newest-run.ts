import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { CaseResult, RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { maxLiveInputBytes, type OutputChunk, type RunOrder } from "@greenroom/shared/jobs/run-stream.ts";
import type { NewEvent } from "@greenroom/shared/log/event.ts";
import type { ProblemVersion } from "@greenroom/shared/problem/problem.ts";
import type { FrameErrorCode } from "@greenroom/shared/protocol/error.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { isDecidedByAuthor } from "../problem/what-a-role-sees.ts";
import { numbersOf } from "../run/refuse-run.ts";

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

/** A run of which nothing more is known than that it was asked for. */
export function newestRun(
  summary: RunSummary,
  { problem, job }: { problem: ProblemVersion | null; job: NewestRun["job"] },
): NewestRun {
  const numbers = numbersOf(summary.task, problem);
  const nothing = { chunks: [], cases: [], inputBytes: 0, orders: 0, stopped: false };
  return { summary, job, numbers, byAuthor: isDecidedByAuthor(problem), ...nothing };
}

/** Positions in the queue pass, and are not kept. */
export function runEvent(summary: RunSummary): NewEvent {
  const { participantId, state } = summary;
  return {
    kind: "run",
    participantId: state === "queued" ? participantId : null,
    body: { run: { ...summary, position: null } },
  };
}

/** Counts an order for the run's program. @returns why the run does not take it [R6] */
export function refuseOrder(newest: NewestRun, order: RunOrder): FrameErrorCode | undefined {
  const { task } = newest.summary;
  if (task.kind !== "free" || task.input.kind === "given") return "not-allowed";
  if (order.type === "input") newest.inputBytes += Buffer.byteLength(order.text);
  newest.orders += 1;
  return newest.inputBytes > maxLiveInputBytes || newest.orders > maxOrders ? "rate-limited" : undefined;
}
