import { addGauge, Counter, Histogram, type Registry } from "@greenroom/shared/node/metrics.ts";

/** By which door a run came. */
export type Door = "runs" | "piston" | "connect";

/** What the judge counts, beside what every process does. */
export class JudgeMetrics {
  readonly #runs: Counter<"door" | "language">;
  readonly #refusals: Counter<"code">;
  readonly #seconds: Histogram<"door">;
  readonly #callbacks: Counter<"outcome">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#runs = new Counter({
      name: "greenroom_judge_runs_total",
      help: "Runs that programs began.",
      labelNames: ["door", "language"],
      registers,
    });
    this.#refusals = new Counter({
      name: "greenroom_judge_refusals_total",
      help: "Calls that were refused, by error code.",
      labelNames: ["code"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "greenroom_judge_run_seconds",
      help: "From the call to the known end of the run, queue included.",
      labelNames: ["door"],
      buckets: [0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
      registers,
    });
    this.#callbacks = new Counter({
      name: "greenroom_judge_callbacks_total",
      help: "Attempts to post an ended run: delivered, to be tried again, or given up.",
      labelNames: ["outcome"],
      registers,
    });
  }

  began(door: Door, language: string): () => void {
    this.#runs.inc({ door, language });
    const stop = this.#seconds.startTimer({ door });
    return () => void stop();
  }

  refused(code: string): void {
    this.#refusals.inc({ code });
  }

  calledBack(outcome: "delivered" | "again" | "failed"): void {
    this.#callbacks.inc({ outcome });
  }
}

/** Numbers that are read when somebody asks. */
export function watchNumbers(
  registry: Registry,
  ask: { followed: () => number; waiting: () => Promise<number> },
): void {
  addGauge(registry, {
    name: "greenroom_judge_runs_followed",
    help: "Runs that this process waits for the end of.",
    ask: ask.followed,
  });
  addGauge(registry, {
    name: "greenroom_judge_queue_waiting",
    help: "Runs that wait in the queue, whosever they are.",
    ask: ask.waiting,
  });
}
