import type { LogReader } from "./log-cache.ts";

/** Where a run begins in the log. */
export interface RunMark {
  readonly runId: string;
  readonly number: number;
}

/** The number of the event that ends a run, as far as the events after its beginning are here. */
export function runEnd({ runId, number }: RunMark, log: LogReader): number | undefined {
  for (let event = log.event(number); event; event = log.event(event.number + 1)) {
    if (event.kind === "run" && event.body.run.runId === runId && event.body.run.state === "ended") return event.number;
  }
  return undefined;
}
