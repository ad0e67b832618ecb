import { type RunJob, runPriority } from "@greenroom/shared/jobs/run-job.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { RunRow } from "../db/schema.ts";
import type { RunOutput } from "./collect-output.ts";

/** Everything a run is made of. */
export interface RunFacts extends RunJob {
  readonly keyId: string | null;
  /** The Redis set of runs going on that it is counted in. */
  readonly countedIn: string;
  readonly priority: number;
  readonly createdAt: number;
  readonly callback: { readonly url: string; readonly secret: string } | null;
}

/** How a run ended, with all it put out as long as that is at hand. */
export interface RunEnd {
  readonly result: RunResult;
  readonly output: RunOutput;
  readonly chunks: readonly OutputChunk[];
}

/** The job as it was: it can be added again. */
export function toJob({ runId, trustDomain, program, task, limits }: RunFacts): RunJob {
  return { runId, trustDomain, program, task, limits };
}

export function toFacts(row: RunRow): RunFacts {
  const { callback_url: url, callback_secret: secret } = row;
  return {
    runId: row.id,
    keyId: row.key_id,
    countedIn: row.counted_in,
    trustDomain: row.trust_domain,
    program: row.program,
    task: row.task,
    limits: row.limits,
    priority: row.priority,
    createdAt: row.created_at,
    callback: url !== null && secret !== null ? { url, secret } : null,
  };
}

/** One that a program waits for, or one that nobody waits for. */
export const priorityOf = (isBatch: boolean): number => (isBatch ? runPriority.batch : runPriority.call);
