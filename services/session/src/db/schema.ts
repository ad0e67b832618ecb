import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import type { ProblemContent } from "@greenroom/shared/problem/problem.ts";
import type { RunTask } from "@greenroom/shared/protocol/run.ts";
import type { Role } from "@greenroom/shared/roles.ts";
import type { ColumnType, Generated, JSONColumnType } from "kysely";

export interface SessionTable {
  id: string;
  title: string;
  language: LanguageId;
  created_by: string;
  created_by_name: string;
  created_at: Generated<Date>;
  ended_at: Date | null;
  /** Raised whenever a process takes the room; every transaction of a room checks it. */
  epoch: Generated<number>;
  /** What the room works on. */
  problem_id: string | null;
  problem_version: number | null;
}

export interface ProblemTable {
  id: string;
  created_by: string;
  created_by_name: string;
  created_at: Generated<Date>;
  deleted_at: Date | null;
}

export interface ProblemVersionTable {
  problem_id: string;
  version: number;
  content: JSONColumnType<ProblemContent, string, string>;
  changed_at: Generated<Date>;
}

export interface ParticipantTable {
  session_id: string;
  /** A user's id, or the id auth gave a guest. */
  id: string;
  name: string;
  role: Role;
  color: number;
  joined_at: Generated<Date>;
  removed_at: Date | null;
  /** Whether a seat was theirs when the room last wrote it down: seats outlive a crash of the room's process. */
  seated: Generated<boolean>;
}

export interface DocumentTable {
  id: string;
  session_id: string;
  /** The problem that was shown when it was written; null when none was. */
  problem_id: string | null;
  language: LanguageId;
  revision: Generated<number>;
  snapshot_revision: Generated<number>;
  snapshot_text: string;
  created_at: Generated<Date>;
}

export interface OperationTable {
  document_id: string;
  revision: number;
  client_id: string;
  seq: number;
  participant_id: string;
  committed_at: Generated<Date>;
  operation: JSONColumnType<TextOperation, string, string>;
}

export interface RunTable {
  id: string;
  session_id: string;
  document_id: string;
  language: LanguageId;
  revision: number;
  participant_id: string;
  source: string;
  task: JSONColumnType<RunTask, string, string>;
  problem_id: string | null;
  problem_version: number | null;
  /** Of a graded run. */
  seed: number | null;
  state: "queued" | "running" | "ended";
  queued_at: ColumnType<Date, Date, never>;
  result: JSONColumnType<RunResult, string, string> | null;
  output: JSONColumnType<OutputChunk[], string, string> | null;
}

export interface SessionDatabase {
  session: SessionTable;
  problem: ProblemTable;
  problem_version: ProblemVersionTable;
  participant: ParticipantTable;
  document: DocumentTable;
  operation: OperationTable;
  run: RunTable;
}
