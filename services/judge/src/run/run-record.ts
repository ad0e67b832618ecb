import type { RunRecord } from "@greenroom/shared/api/run-routes.ts";
import type { EndedRun } from "../run-repository.ts";
import type { RunEnd, RunFacts } from "./run-facts.ts";

/** A run that has not ended. */
export function goingOn(facts: RunFacts, state: "queued" | "running", position: number | null): RunRecord {
  return {
    runId: facts.runId,
    state,
    language: facts.program.language,
    createdAt: facts.createdAt,
    position,
    result: null,
    output: null,
    callback: facts.callback ? { state: "waiting" } : null,
  };
}

/** A run whose end is known and may not be stored yet. */
export function ended(facts: RunFacts, { result, output }: Pick<RunEnd, "result" | "output">): RunRecord {
  return { ...goingOn(facts, "queued", null), state: "ended", result, output };
}

/** A run whose row says how it ended. */
export function stored(row: EndedRun): RunRecord {
  return {
    runId: row.id,
    state: "ended",
    language: row.language,
    createdAt: row.created_at,
    position: null,
    result: row.result,
    output: row.output,
    callback: row.callback_state === null ? null : { state: row.callback_state },
  };
}
