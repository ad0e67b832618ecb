import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import { Counter, Gauge, Histogram, type Registry } from "@greenroom/shared/node/metrics.ts";
import type { RunEnd } from "./run/run-end.ts";
import type { SandboxPool } from "./sandbox/pool.ts";

/** Seconds: from the few milliseconds of a quiet machine to a minute of a crowded one. */
const buckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

export interface PoolCount {
  readonly family: string;
  readonly state: string;
  readonly count: number;
}

/** What an executor counts: docs/metrics.md says what each means. */
export class ExecutorMetrics {
  readonly #wait: Histogram<"kind">;
  readonly #take: Histogram<"family">;
  readonly #overhead: Histogram<"kind">;
  readonly #runs: Counter<"language" | "kind" | "outcome">;
  readonly #failures: Counter<"code">;
  readonly #handedBack: Counter;
  readonly #takenAgain: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const histogram = <L extends string>(name: string, help: string, label: L): Histogram<L> =>
      new Histogram({ name: `greenroom_executor_${name}`, help, labelNames: [label], buckets, registers });
    const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
      new Counter({ name: `greenroom_executor_${name}`, help, labelNames, registers });
    this.#wait = histogram("queue_wait_seconds", "From when a run was queued until it was taken up.", "kind");
    this.#take = histogram("sandbox_take_seconds", "Until a run had its sandbox.", "family");
    this.#overhead = histogram("run_overhead_seconds", "What a run took beyond its programs.", "kind");
    this.#runs = counter("runs_total", "Runs that ended.", ["language", "kind", "outcome"]);
    this.#failures = counter("failures_total", "Runs that ended as internal-error: ours, never the program's.", [
      "code",
    ]);
    this.#handedBack = counter("runs_handed_back_total", "Runs left to an executor that has their language.", []);
    this.#takenAgain = counter("runs_taken_again_total", "Runs taken up after the executor that had them died.", []);
  }

  tookUp(job: RunJob, waitedMs: number): void {
    this.#wait.observe({ kind: job.task.kind }, Math.max(0, waitedMs) / 1000);
  }

  tookAgain(): void {
    this.#takenAgain.inc();
  }

  handedBack(): void {
    this.#handedBack.inc();
  }

  /** @param tookMs from when it was taken up until it ended */
  ended(job: RunJob, end: RunEnd, tookMs: number): void {
    const { kind } = job.task;
    this.#runs.inc({ language: job.program.language, kind, outcome: end.outcome });
    if (end.errorCode !== undefined) this.#failures.inc({ code: end.errorCode });
    const programsMs = timeOfPrograms(job, end);
    if (programsMs !== undefined) this.#overhead.observe({ kind }, Math.max(0, tookMs - programsMs) / 1000);
  }

  refused(code: string): void {
    this.#failures.inc({ code });
  }

  /** The pool, with a clock at its counter. */
  measure(pool: SandboxPool): Pick<SandboxPool, "take" | "giveBack"> {
    return {
      take: async (wanted) => {
        const stop = this.#take.startTimer({ family: wanted.family });
        const sandbox = await pool.take(wanted);
        stop();
        return sandbox;
      },
      giveBack: (sandbox) => pool.giveBack(sandbox),
    };
  }
}

/** Milliseconds of the compiler and the program; undefined where other programs ran that the result does not tell of. */
function timeOfPrograms({ task }: RunJob, end: RunEnd): number | undefined {
  if (end.outcome === "stopped" || end.outcome === "internal-error") return undefined;
  if (task.kind === "free") return (end.compileMs ?? 0) + (end.wallMs ?? 0);
  if (task.checker.kind === "program" || task.style.kind === "interactive") return undefined;
  return (end.cases ?? []).reduce((sum, { wallMs }) => sum + (wallMs ?? 0), end.compileMs ?? 0);
}

/** What is looked at when somebody asks: the queue of all executors, and the sandboxes of this one. */
export function watchNumbers(
  registry: Registry,
  ask: { queue: () => Promise<Record<string, number>>; pool: () => readonly PoolCount[] },
): void {
  const queue = new Gauge({
    name: "greenroom_executor_queue_jobs",
    help: "Runs in the queue of all executors.",
    labelNames: ["state"],
    registers: [],
    async collect() {
      for (const [state, count] of Object.entries(await ask.queue())) this.set({ state }, count);
    },
  });
  const pool = new Gauge({
    name: "greenroom_executor_pool_sandboxes",
    help: "Sandboxes of this executor.",
    labelNames: ["family", "state"],
    registers: [],
    collect() {
      this.reset();
      for (const { family, state, count } of ask.pool()) this.set({ family, state }, count);
    },
  });
  registry.registerMetric(queue);
  registry.registerMetric(pool);
}
