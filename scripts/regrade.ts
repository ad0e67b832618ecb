// `npm run regrade -- RUN`: runs a graded run of the running stack again and compares verdicts and receipts.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { runPriority, type RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";

import { RunQueue } from "@greenroom/shared/node/runs/run-queue.ts";
import { compareRuns, formatTable } from "./regrade/compare-runs.ts";
import { findCalledRun, findSessionRun, type StoredRun } from "./regrade/stored-run.ts";

/** It is nobody's click: it waits behind all who look at a screen. */
const lookEveryMs = 200;

if (existsSync(".env")) process.loadEnvFile(".env");
const secrets = join(resolve(process.env["GREENROOM_DATA_DIR"] ?? ".data"), "secrets");

/** A URL from the environment, as a stack in containers has it, or from what `npm start` keeps in its data directory. */
function urlOf(setting: string, file: string): string | undefined {
  const path = join(secrets, file);
  return process.env[setting] ?? (existsSync(path) ? readFileSync(path, "utf8").trim() : undefined);
}

async function findRun(runId: string): Promise<StoredRun> {
  const session = urlOf("SESSION_DATABASE_URL", "session-database-url");
  const judge = urlOf("JUDGE_DATABASE_URL", "judge-database-url");
  if (session === undefined)
    throw new Error(
      `There are no secrets in ${secrets}, and no SESSION_DATABASE_URL: has Greenroom been started here?`,
    );
  const found = (await findSessionRun(session, runId)) ?? (judge && (await findCalledRun(judge, runId)));
  if (!found) throw new Error("There is no such run.");
  return found;
}

async function runAgain(job: RunJob): Promise<RunResult> {
  const redisUrl = urlOf("REDIS_URL", "redis-url");
  if (redisUrl === undefined) throw new Error("Nothing says where the queue is: set REDIS_URL.");
  const queue = await RunQueue.create({ redisUrl, logger: createLogger("regrade", "warn") });
  try {
    await queue.add(job, runPriority.batch);
    for (;;) {
      const state = await queue.look(job.runId);
      if (state === null) throw new Error("The queue has lost the run.");
      if (state.result) return state.result;
      await sleep(lookEveryMs);
    }
  } finally {
    await queue.forget(job.runId);
    await queue.close();
  }
}

async function regrade(runId: string | undefined): Promise<number> {
  if (!runId || !/^[0-9a-f-]{36}$/i.test(runId)) throw new Error("Name a run: npm run regrade -- 8f14e45f-…");
  const { job, result } = await findRun(runId);
  const { rows, differences } = compareRuns(result, await runAgain(job));
  console.log(formatTable(rows));
  console.log(differences.length === 0 ? "\nThe same." : `\n${differences.join("\n")}`);
  return differences.length === 0 ? 0 : 1;
}

try {
  process.exit(await regrade(process.argv[2]));
} catch (error) {
  console.error(error instanceof Error ? error.message || String(error) : String(error));
  process.exit(2);
}
