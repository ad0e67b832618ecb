import type { Program } from "@greenroom/shared/jobs/program.ts";
import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { JSONColumnType, Selectable } from "kysely";
import type { RunOutput } from "../run/collect-output.ts";

export interface JudgeDatabase {
  run: RunTable;
}

/**
 * A run of a program's: everything its job is made of, and how it ended. Instants are milliseconds since the epoch.
 *
 * JSON is kept as `json`, which holds text as it is: `jsonb` takes neither NUL nor half a surrogate pair.
 */
export interface RunTable {
  id: string;
  /** Null of a run without a key. */
  key_id: string | null;
  /** The Redis set of runs going on that it is counted in. */
  counted_in: string;
  trust_domain: string;
  /** The program's. */
  language: LanguageId;
  program: JSONColumnType<Program>;
  task: JSONColumnType<RunJob["task"]>;
  limits: JSONColumnType<RunJob["limits"]>;
  priority: number;
  created_at: number;
  /** Null until it has ended. */
  ended_at: number | null;
  result: JSONColumnType<RunResult> | null;
  output: JSONColumnType<RunOutput> | null;
  callback_url: string | null;
  /** What the callback is signed with; null once it is delivered or given up. */
  callback_secret: string | null;
  callback_state: "waiting" | "delivered" | "failed" | null;
  callback_attempts: number;
  /** When it is tried next. */
  callback_at: number | null;
}

export type RunRow = Selectable<RunTable>;
