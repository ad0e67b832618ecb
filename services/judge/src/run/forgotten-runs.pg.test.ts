import { defaultCompileLimits, defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { finishRun, insertRun } from "../run-repository.ts";
import { Caller, freeRun, newId, TestGround } from "../testing/start-judge.ts";

let ground: TestGround;

beforeAll(async () => {
  ground = await TestGround.create();
});
afterAll(() => ground.close());

const dayMs = 86_400_000;
const result = {
  outcome: "exited",
  exitCode: 0,
  signal: null,
  wallMs: 1,
  cpuMs: 1,
  memoryKib: 1,
  compileMs: null,
  chunks: 0,
} as const;
const nothing = { text: "", cut: false };

async function insertEnded(daysAgo: number): Promise<string> {
  const runId = newId();
  await insertRun(ground.db, {
    runId,
    keyId: newId(),
    countedIn: "x",
    trustDomain: "key:x",
    priority: 2,
    createdAt: 1,
    callback: null,
    program: freeRun("1").program,
    task: { kind: "free", input: { kind: "given", text: "" }, arguments: [] },
    limits: { compile: defaultCompileLimits, run: defaultRunLimits },
  });
  const output = { stdout: nothing, stderr: nothing, compile: nothing };
  expect(await finishRun(ground.db, runId, { result, output, chunks: [] })).toBe(true);
  // Whoever comes second changes nothing.
  expect(await finishRun(ground.db, runId, { result: { ...result, exitCode: 1 }, output, chunks: [] })).toBe(false);
  const endedAt = Date.now() - daysAgo * dayMs;
  await ground.db.updateTable("run").set({ ended_at: endedAt }).where("id", "=", runId).execute();
  return runId;
}

it("removes runs that have been kept as long as is set, and no others", async () => {
  const old = await Promise.all(Array.from({ length: 5 }, () => insertEnded(3.1)));
  const young = await insertEnded(2.9);
  const judge = await ground.startJudge({ RUNS_KEPT_DAYS: 3 });
  const ids = async () => (await ground.db.selectFrom("run").select("id").execute()).map(({ id }) => id);
  await until("the old ones are gone", async () => (await ids()).length === 1);
  expect(await ids()).toEqual([young]);
  expect(old).toHaveLength(5);
  await judge.close();
});

it("counts runs by door and language, refusals by code, and what goes on", async () => {
  const judge = await ground.startJudge();
  const caller = new Caller(judge, ground.auth.addKey().secret);
  const { runId } = await caller.run(freeRun("1"));
  await new Caller(judge).call("GET", "/api/languages");
  const metrics = async () => await (await caller.send("GET", "/metrics")).text();
  expect(await metrics()).toContain("greenroom_judge_runs_followed 1\n");
  (await ground.executor.take()).end();
  await caller.call("GET", `/api/runs/${runId}?wait=10`);
  await until("it has ended", async () => (await metrics()).includes("greenroom_judge_runs_followed 0\n"));
  for (const line of [
    'greenroom_judge_runs_total{door="runs",language="python"} 1',
    'greenroom_judge_refusals_total{code="unauthenticated"} 1',
    'greenroom_judge_run_seconds_count{door="runs"} 1',
    "greenroom_judge_queue_waiting 0",
  ])
    expect(await metrics()).toContain(`${line}\n`);
});
