import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { freeRun } from "@greenroom/shared/jobs/free-run.ts";
import {
  executorStatusKey,
  ExecutorStatus,
  OutputChunk,
  runOrdersKey,
  runOrdersWakeChannel,
  runOutputKey,
  runWakeChannel,
} from "@greenroom/shared/jobs/run-stream.ts";
import { runQueueName } from "@greenroom/shared/jobs/run-job.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { engineSocketPath } from "@greenroom/shared/testing/docker.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import { Value } from "typebox/value";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { DockerEngine } from "./sandbox/docker-sandbox.ts";
import { testBaseImage, TestJudge } from "./testing/test-judge.ts";

const installation = `test-${randomUUID()}`;
const engine = new DockerEngine(engineSocketPath());
const executors = new Set<ChildProcess>();
let server: TestRedis;
let redis: Redis;
let queue: Queue;
let events: QueueEvents;
let listening: Redis;

/** The service as it is started anywhere, for Python alone. */
function startExecutor(): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url))], {
    env: {
      REDIS_URL: server.url,
      PORT: "0",
      LOG_LEVEL: "warn",
      DOCKER_SOCKET: engineSocketPath(),
      SANDBOX_BASE_IMAGE: testBaseImage,
      SANDBOX_LABEL: installation,
      SANDBOX_LANGUAGES: "python",
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  executors.add(child);
  child.once("exit", () => executors.delete(child));
  return child;
}

async function statuses(): Promise<ExecutorStatus[]> {
  const all = await redis.hvals(executorStatusKey);
  return all.map((text) => Value.Parse(ExecutorStatus, JSON.parse(text)));
}

async function untilReady(count: number): Promise<void> {
  await vi.waitFor(
    async () => expect((await statuses()).filter((status) => status.ready.includes("python"))).toHaveLength(count),
    { timeout: 30_000 },
  );
}

async function endAll(signal: NodeJS.Signals): Promise<void> {
  const exits = [...executors].map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of executors) child.kill(signal);
  await Promise.all(exits);
}

beforeAll(async () => {
  // The images are built here rather than while a test waits.
  const judge = await TestJudge.create();
  await judge.close();
  server = await createTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  queue = new Queue(runQueueName, { connection: redis });
  listening = new Redis(server.url, { maxRetriesPerRequest: null });
  events = new QueueEvents(runQueueName, { connection: listening });
  await events.waitUntilReady();
  startExecutor();
  await untilReady(1);
}, 900_000);

afterAll(async () => {
  await endAll("SIGTERM");
  await events.close();
  await queue.close();
  redis.disconnect();
  listening.disconnect();
  await server.close();
}, 60_000);

async function add(source: string, more: Partial<Parameters<typeof freeRun>[0]> = {}) {
  const runId = randomUUID();
  const data = freeRun({ runId, trustDomain: "session:one", language: "python", source, ...more });
  const job = await queue.add("run", data, { jobId: runId });
  const end: Promise<RunResult> = job.waitUntilFinished(events, 60_000);
  return { runId, end };
}

async function chunks(runId: string): Promise<OutputChunk[]> {
  const entries = await redis.xrange(runOutputKey(runId), "-", "+");
  return entries.map(([, fields]) => Value.Parse(OutputChunk, JSON.parse(fields[1] ?? "")));
}

const textOf = async (runId: string): Promise<string> => (await chunks(runId)).map((chunk) => chunk.text).join("");

async function order(runId: string, wake: boolean): Promise<void> {
  await redis.xadd(runOrdersKey(runId), "*", "order", JSON.stringify({ type: "stop" }));
  if (wake) await redis.publish(runOrdersWakeChannel(runId), "");
}

it("streams output while the program runs, wakes its readers, and has sent all of it before the result", async () => {
  const reader = new Redis(server.url);
  const wakes: string[] = [];
  reader.on("message", (channel: string) => wakes.push(channel));
  const source = "import time\nprint('first')\ntime.sleep(1)\nprint('x' * 200_000)\nprint('last')";
  const { runId, end } = await add(source);
  await reader.subscribe(runWakeChannel(runId));
  let ended = false;
  void end.then(() => (ended = true));
  await expect.poll(() => textOf(runId), { interval: 10, timeout: 5_000 }).toMatch(/^first/);
  expect(ended).toBe(false);
  const result = await end;
  expect(result).toMatchObject({ outcome: "exited", exitCode: 0 });
  expect(await textOf(runId)).toBe(`first\n${"x".repeat(200_000)}\nlast\n`);
  const numbers = (await chunks(runId)).map((chunk) => chunk.number);
  expect(numbers).toEqual(Array.from({ length: result.chunks }, (_, index) => index + 1));
  expect(wakes).toContain(runWakeChannel(runId));
  expect(await redis.ttl(runOutputKey(runId))).toBeGreaterThan(3_000);
  reader.disconnect();
});

it("stops a run when ordered, and also when the wake-up was lost", async () => {
  for (const wake of [true, false]) {
    const { runId, end } = await add("print('on')\nimport time\ntime.sleep(60)");
    await expect.poll(() => textOf(runId), { interval: 10, timeout: 5_000 }).toMatch(/^on/);
    const orderedAt = performance.now();
    await order(runId, wake);
    expect(await end).toMatchObject({ outcome: "stopped" });
    expect(performance.now() - orderedAt).toBeLessThan(wake ? 300 : 1_500);
    expect(await redis.ttl(runOrdersKey(runId))).toBeGreaterThan(0);
  }
});

it("never starts a run that was stopped while it waited", async () => {
  const busy = [await add("import time\ntime.sleep(1)"), await add("import time\ntime.sleep(1)")];
  const { runId, end } = await add("print('never')");
  await order(runId, true);
  expect(await end).toMatchObject({ outcome: "stopped", chunks: 0, wallMs: null });
  await Promise.all(busy.map((run) => run.end));
});

it("ends a job that is no run, and one for a language it does not offer, as our own errors", async () => {
  const limits = { wallMs: -1 };
  expect(await (await add("print(1)", { limits })).end).toMatchObject({
    outcome: "internal-error",
    errorCode: "job-invalid",
  });
  expect(await (await add("#".repeat(1024 * 1024 + 1))).end).toMatchObject({ errorCode: "job-invalid" });
  expect(await (await add("int main(void){}", { language: "c" })).end).toMatchObject({
    outcome: "internal-error",
    errorCode: "runtime-not-ready",
  });
});

it("lets another executor take up the run of a killed one, which ends exactly once", async () => {
  const completed: string[] = [];
  events.on("completed", ({ jobId }) => completed.push(jobId));
  const { runId, end } = await add("import os, time\nprint(os.getpid())\nprint('on')\ntime.sleep(2)\nprint('done')");
  await expect.poll(() => textOf(runId), { interval: 10, timeout: 5_000 }).toMatch(/on/);
  const [dead] = await statuses();
  const killedAt = performance.now();
  await endAll("SIGKILL");
  const orphans = await engine.findSandboxes(installation);
  expect(orphans.length).toBeGreaterThan(0);
  startExecutor();
  expect(await end).toMatchObject({ outcome: "exited", exitCode: 0 });
  expect(performance.now() - killedAt).toBeLessThan(15_000);
  // What the first attempt wrote is gone; numbers began again.
  expect(await textOf(runId)).toMatch(/^\d+\non\ndone\n$/);
  expect((await chunks(runId))[0]?.number).toBe(1);
  await untilReady(2);
  expect(completed.filter((id) => id === runId)).toEqual([runId]);
  // The dead executor's sandboxes ended with it.
  const ofTheDead = async () =>
    (await engine.findSandboxes(installation)).filter((sandbox) => sandbox.executorId === dead?.executorId);
  await expect.poll(ofTheDead, { timeout: 10_000 }).toEqual([]);
}, 60_000);

it("hands a run that takes too long for it back to the queue when it is asked to close", async () => {
  const { runId, end } = await add("import time\nprint('on')\ntime.sleep(5)\nprint('done')");
  await expect.poll(() => textOf(runId), { interval: 10, timeout: 5_000 }).toMatch(/^on/);
  await endAll("SIGTERM");
  await expect.poll(() => engine.findSandboxes(installation), { timeout: 5_000 }).toEqual([]);
  startExecutor();
  expect(await end).toMatchObject({ outcome: "exited" });
  expect(await textOf(runId)).toBe("on\ndone\n");
}, 60_000);
