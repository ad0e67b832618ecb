import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { defaultCompileLimits, defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import { type GradedTask, runPriority } from "@greenroom/shared/jobs/run-job.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { executorStatusKey } from "@greenroom/shared/jobs/run-stream.ts";
import { createDatabase, migrate } from "@greenroom/shared/node/database.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import type { ProblemContent } from "@greenroom/shared/problem/problem.ts";
import { engineSocketPath } from "@greenroom/shared/testing/docker.ts";
import { createTestDatabase, type TestDatabase } from "@greenroom/shared/testing/postgres.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { Redis } from "ioredis";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

import { migrations } from "../../services/session/src/db/migrations.ts";
import { makeJob } from "../../services/session/src/run/make-job.ts";
import { RunQueue } from "@greenroom/shared/node/runs/run-queue.ts";

const logger = createLogger("test", "silent");
const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

let redis: TestRedis;
let sessions: TestDatabase;
let calls: TestDatabase;
let db: Client;
let callsDb: Client;
let queue: RunQueue;
let executor: ChildProcess;

async function migrateSessions(url: string): Promise<void> {
  const database = createDatabase(url, logger);
  await migrate(database, migrations);
  await database.destroy();
}

async function connect({ url }: TestDatabase): Promise<Client> {
  const client = new Client({ connectionString: url });
  // The database is dropped under it in the end.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

beforeAll(async () => {
  [redis, sessions, calls] = await Promise.all([
    createTestRedis(),
    createTestDatabase(migrateSessions),
    createTestDatabase(),
  ]);
  [db, callsDb] = await Promise.all([connect(sessions), connect(calls)]);
  await callsDb.query("create table run (id uuid primary key, program jsonb, task jsonb, limits jsonb, result jsonb)");
  queue = await RunQueue.create({ redisUrl: redis.url, logger });
  executor = spawn(process.execPath, [path("../../services/executor/src/main.ts")], {
    env: {
      REDIS_URL: redis.url,
      PORT: "0",
      LOG_LEVEL: "error",
      DOCKER_SOCKET: engineSocketPath(),
      SANDBOX_BASE_IMAGE: process.env["SANDBOX_BASE_IMAGE"],
      SANDBOX_LABEL: `test-${randomUUID()}`,
      SANDBOX_LANGUAGES: "python",
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  // A machine that has never run Python builds its image now.
  const status = new Redis(redis.url);
  const isReady = async () => (await status.hvals(executorStatusKey)).some((text) => /"ready":\["python"/.test(text));
  await until("the executor is ready", isReady, { withinMs: 900_000, everyMs: 100 });
  status.disconnect();
}, 960_000);

afterAll(async () => {
  const exit = once(executor, "exit");
  executor.kill("SIGTERM");
  await exit;
  await queue.close();
  await Promise.all([db.end(), callsDb.end()]);
  await Promise.all([sessions.close(), calls.close()]);
  await redis.close();
});

const content: ProblemContent = {
  title: "Double it",
  statement: "",
  style: { kind: "stdin" },
  checker: { kind: "float", absolute: 1e-9, relative: 0 },
  cases: [
    { visibility: "visible", input: "1", expected: "2" },
    { visibility: "hidden", input: "2", expected: "4" },
    { visibility: "hidden", input: "3", expected: "7" },
  ],
  starters: [],
  limits: defaultRunLimits,
};
const source = "print(2 * int(input()))";

/** A graded run of a session, as the session service stores one, and what it came to. */
async function runInSession(): Promise<{ runId: string; result: RunResult }> {
  const [runId, sessionId, documentId, problemId, userId] = Array.from({ length: 5 }, () => randomUUID());
  const run = {
    runId: runId ?? "",
    sessionId: sessionId ?? "",
    language: "python",
    source,
    files: [],
    seed: 5,
  } as const;
  const task = { kind: "graded", cases: "all" } as const;
  const problem = { problemId: problemId ?? "", version: 1, content };
  const { job } = makeJob({ ...run, task, problem });
  const result = await execute(job);
  await db.query("insert into problem (id, created_by, created_by_name) values ($1, $2, '')", [problemId, userId]);
  const values = [problemId, JSON.stringify(content)];
  await db.query("insert into problem_version (problem_id, version, content) values ($1, 1, $2)", values);
  await db.query(
    "insert into session (id, title, language, created_by, created_by_name) values ($1, '', 'python', $2, '')",
    [sessionId, userId],
  );
  await db.query(
    "insert into document (id, session_id, language, path, snapshot_text) values ($1, $2, 'python', 'main.py', '')",
    [documentId, sessionId],
  );
  await db.query(
    `insert into run (id, session_id, document_id, language, revision, participant_id, source, task, problem_id,
       problem_version, seed, state, queued_at, result) values ($1, $2, $3, 'python', 0, $4, $5, $6, $7, 1, 5, 'ended', now(), $8)`,
    [runId, sessionId, documentId, userId, source, JSON.stringify(task), problemId, JSON.stringify(result)],
  );
  return { runId: run.runId, result };
}

async function execute(job: Parameters<RunQueue["add"]>[0]): Promise<RunResult> {
  await queue.add(job, runPriority.graded);
  return until("the run has ended", async () => (await queue.look(job.runId))?.result ?? undefined, {
    withinMs: 60_000,
  });
}

async function regrade(runId: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [path("../regrade.ts"), runId], {
    env: { REDIS_URL: redis.url, SESSION_DATABASE_URL: sessions.url, JUDGE_DATABASE_URL: calls.url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (said += bytes.toString()));
  await once(child, "close");
  return { code: child.exitCode, said };
}

it("comes to the same with a run of a session, and says so case by case", async () => {
  const { runId, result } = await runInSession();
  expect(result).toMatchObject({ outcome: "wrong-answer" });
  const { code, said } = await regrade(runId);
  expect(said).toMatch(/^1 +accepted +accepted .*same$/m);
  expect(said).toMatch(/^3 \(hidden\) +wrong-answer +wrong-answer .*same$/m);
  expect(said).toMatch(/^The same\.$/m);
  expect(code).toBe(0);
}, 60_000);

it("tells of a verdict and of a receipt that are others now", async () => {
  const { runId, result } = await runInSession();
  const cases = result.cases?.map((one) => ({ ...one, verdict: "accepted" }));
  const receipt = { ...result.receipt, image: "sha256:old" };
  const stored = JSON.stringify({ ...result, cases, outcome: "accepted", receipt });
  await db.query("update run set result = $2 where id = $1", [runId, stored]);
  const { code, said } = await regrade(runId);
  expect(said).toContain("Case 3 was accepted, and is wrong-answer.");
  expect(said).toContain('The receipt\'s image was "sha256:old"');
  expect(code).toBe(1);
}, 60_000);

it("runs again what a program asked for", async () => {
  const runId = randomUUID();
  const task: GradedTask = {
    kind: "graded",
    style: content.style,
    checker: content.checker,
    cases: content.cases,
    stopAtFirstFailure: true,
    authorDomain: "call:author",
    seed: 9,
  };
  const program = { language: "python" as const, files: [{ name: "main.py", content: source }] };
  const limits = { compile: defaultCompileLimits, run: defaultRunLimits };
  const result = await execute({ runId, trustDomain: "call:1", program, task, limits });
  const values = [program, task, limits, result].map((value) => JSON.stringify(value));
  await callsDb.query("insert into run values ($1, $2, $3, $4, $5)", [runId, ...values]);
  expect(await regrade(runId)).toMatchObject({ code: 0, said: expect.stringContaining("The same.") });
}, 60_000);

it("says what is no run", async () => {
  expect(await regrade(randomUUID())).toMatchObject({ code: 2, said: expect.stringContaining("no such run") });
  expect(await regrade("x")).toMatchObject({ code: 2, said: expect.stringContaining("npm run regrade") });
});
