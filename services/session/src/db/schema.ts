import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { EventKind } from "@greenroom/shared/log/event.ts";
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
  /** The head of its log: the newest event's number and link. */
  log_number: Generated<number>;
  log_link: Generated<Buffer>;
  /** Auth's, over the head at the session's end: a compact JWS. */
  signature: string | null;
}

/** The log of every session, and the only store of its operations. */
export interface EventTable {
  session_id: string;
  number: number;
  /** Milliseconds since the epoch. */
  at: number;
  kind: EventKind;
  participant_id: string | null;
  document_id: string | null;
  revision: number | null;
  client_id: string | null;
  seq: number | null;
  erased: Generated<boolean>;
  salt: Buffer | null;
  digest: Buffer;
  link: Buffer;
  /** JSON, letter for letter as it was hashed. */
  body: string;
}

/** What a session's log comes to at one of its events: a short cut, never a truth. */
export interface StateSnapshotTable {
  session_id: string;
  number: number;
  /** JSON: text, because JSONB holds no NUL, and programs print some. */
  state: string;
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
  /** Its place in its project. */
  path: string;
  /** Its text at some revision, and the newest operation of each client until then. */
  snapshot_revision: Generated<number>;
  snapshot_text: string;
  snapshot_clients: JSONColumnType<SnapshotClient[], string | undefined, string>;
  created_at: Generated<Date>;
  deleted_at: Date | null;
}

/** The newest operation of one running editor: what tells a resend from a new operation. */
export interface SnapshotClient {
  readonly clientId: string;
  readonly participantId: string;
  readonly seq: number;
  readonly revision: number;
}

export interface ProgramFile {
  readonly name: string;
  readonly content: string;
}

export interface RunTable {
  id: string;
  session_id: string;
  document_id: string;
  language: LanguageId;
  revision: number;
  participant_id: string;
  /** The entry's text. */
  source: string;
  /** The other files of its project. */
  files: JSONColumnType<ProgramFile[], string, string>;
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
  event: EventTable;
  state_snapshot: StateSnapshotTable;
  run: RunTable;
}
