import { randomUUID } from "node:crypto";

import { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { Client } from "pg";
import { Value } from "typebox/value";

import { makeJob, type RunFacts } from "../../services/session/src/run/make-job.ts";

/** A graded run that ended: the same job again, under another id, and what it came to. */
export interface StoredRun {
  readonly job: RunJob;
  readonly result: RunResult;
}

/** Looks for a run of a session. Throws, in words for whoever asked, when it is none that can be run again. */
export async function findSessionRun(databaseUrl: string, runId: string): Promise<StoredRun | undefined> {
  const [row] = await query<SessionRunRow>(
    databaseUrl,
    `select run.id as "runId", run.session_id as "sessionId", run.language, run.source, run.files, run.task, run.seed,
       run.result,
       case when version.problem_id is null then null else json_build_object(
         'problemId', version.problem_id, 'version', version.version, 'content', version.content) end as problem
     from run
     left join problem_version version on version.problem_id = run.problem_id and version.version = run.problem_version
     where run.id = $1`,
    runId,
  );
  return row && stored({ ...makeJob(row).job }, row.result);
}

/** Looks for a run that a program asked for over HTTP. */
export async function findCalledRun(databaseUrl: string, runId: string): Promise<StoredRun | undefined> {
  const [row] = await query<CalledRunRow>(
    databaseUrl,
    "select program, task, limits, result from run where id = $1",
    runId,
  );
  return row && stored({ program: row.program, task: row.task, limits: row.limits }, row.result);
}

type SessionRunRow = RunFacts & { readonly result: unknown };

interface CalledRunRow {
  readonly program: unknown;
  readonly task: unknown;
  readonly limits: unknown;
  readonly result: unknown;
}

/** In a trust domain of its own: nobody's sandboxes are taken for it. */
function stored(facts: object, result: unknown): StoredRun {
  const runId = randomUUID();
  const job: unknown = { ...facts, runId, trustDomain: `regrade:${runId}` };
  if (!Value.Check(RunJob, job)) throw new Error("What is stored of this run is no job any more.");
  if (job.task.kind !== "graded") throw new Error("This run was not graded: there are no verdicts to compare.");
  if (!Value.Check(RunResult, result)) throw new Error("This run has not ended yet.");
  return { job, result };
}

async function query<Row>(databaseUrl: string, text: string, runId: string): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // The columns' types are those of the service's own schema.
    return (await client.query(text, [runId])).rows as Row[];
  } finally {
    await client.end();
  }
}
