import { randomUUID } from "node:crypto";
import { freeRun } from "@greenroom/shared/jobs/free-run.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestJudge } from "../testing/test-judge.ts";
import { executeInTime } from "./execute-in-time.ts";
import { RunOutput } from "./output.ts";
import type { RunContext } from "./run-context.ts";
import { longestMs } from "./time-bound.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
}, 900_000);
afterAll(() => judge.close());

async function contextOf(source: string, more: Partial<RunContext> = {}): Promise<RunContext> {
  const runId = randomUUID();
  return {
    job: freeRun({ runId, trustDomain: "session:late", language: "python", source }),
    pool: judge.pool,
    output: await RunOutput.create({ redis: judge.redis, runId, again: false }),
    stop: new AbortController().signal,
    equipment: async () => ({ languageVersion: "1", image: "sha256:0", runtime: "runc" }),
    logger: createLogger("test", "silent"),
    ...more,
  };
}

it("ends a run that is overdue, and its program", async () => {
  const startedAt = performance.now();
  const end = await executeInTime(await contextOf("import time\ntime.sleep(60)"), 1_000);
  expect(end).toMatchObject({ outcome: "internal-error", errorCode: "run-overdue" });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  const next = await executeInTime(await contextOf("print(1)"));
  expect(next).toMatchObject({ outcome: "exited" });
});

it("ends a run whose sandbox never comes", async () => {
  const pool: RunContext["pool"] = { take: () => new Promise(() => undefined), giveBack: () => undefined };
  expect(await executeInTime(await contextOf("print(1)", { pool }), 400)).toMatchObject({ errorCode: "run-overdue" });
});

it("somebody's stop in time is a stop", async () => {
  const context = await contextOf("import time\ntime.sleep(60)", { stop: AbortSignal.timeout(300) });
  expect(await executeInTime(context)).toMatchObject({ outcome: "stopped" });
});

it("a run may take all of its limits and two seconds", async () => {
  const { job } = await contextOf("");
  expect(longestMs(job)).toBe(job.limits.compile.wallMs + job.limits.run.wallMs + 2_000);
});
