import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { freeRun } from "@greenroom/shared/jobs/free-run.ts";
import {
  executorStatusKey,
  ExecutorStatus,
  OutputChunk,
  type RunOrder,
  ordersWakeChannel,
  runOrdersKey,
  runOutputKey,
  runWakeChannel,
} from "@greenroom/shared/jobs/run-stream.ts";
import { defaultCompileLimits, defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import { type GradedTask, type RunJob, runQueueName } from "@greenroom/shared/jobs/run-job.ts";
import { CaseResult, type RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import { engineSocketPath } from "@greenroom/shared/testing/docker.ts";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
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
let metricsPort: number;

/** The service as it is started anywhere, for Python alone unless told otherwise. */
function startExecutor(settings: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url))], {
    env: {
      REDIS_URL: server.url,
      PORT: "0",
      LOG_LEVEL: "warn",
      DOCKER_SOCKET: engineSocketPath(),
      SANDBOX_BASE_IMAGE: testBaseImage,
      SANDBOX_LABEL: installation,
      SANDBOX_LANGUAGES: "python",
      ...settings,
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

async function untilReady(count: number, language: LanguageId = "python"): Promise<void> {
  await vi.waitFor(
    async () => expect((await statuses()).filter((status) => status.ready.includes(language))).toHaveLength(count),
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
  // Everybody who waits for a run listens for the queue's end.
  queue.setMaxListeners(100);
  listening = new Redis(server.url, { maxRetriesPerRequest: null });
  events = new QueueEvents(runQueueName, { connection: listening });
  await events.waitUntilReady();
  metricsPort = await freePort();
  startExecutor({ PORT: String(metricsPort) });
  await untilReady(1);
}, 900_000);

afterAll(async () => {
  await endAll("SIGTERM");
  // What an executor was killed over before it had started it would wait a minute for a sweep.
  for (const { containerId } of await engine.findSandboxes(installation)) await engine.removeContainer(containerId);
  await events.close();
  await queue.close();
  redis.disconnect();
  listening.disconnect();
  await server.close();
}, 60_000);

async function addJob(data: RunJob) {
  const { runId } = data;
  const job = await queue.add("run", data, { jobId: runId });
  const end: Promise<RunResult> = job.waitUntilFinished(events, 60_000);
  return { runId, end };
}

function add(source: string, more: Partial<Parameters<typeof freeRun>[0]> = {}) {
  return addJob(freeRun({ runId: randomUUID(), trustDomain: "session:one", language: "python", source, ...more }));
}

function addGraded(source: string, cases: GradedTask["cases"], more: Partial<GradedTask> = {}) {
  return addJob({
    runId: randomUUID(),
    trustDomain: "session:one",
    program: { language: "python", files: [{ name: "main.py", content: source }] },
    task: {
      kind: "graded",
      style: { kind: "stdin" },
      checker: { kind: "tokens" },
      cases,
      stopAtFirstFailure: false,
      authorDomain: "problem:one",
      seed: 1,
      ...more,
    },
    limits: { compile: defaultCompileLimits, run: defaultRunLimits },
  });
}

async function chunks(runId: string): Promise<OutputChunk[]> {
  const entries = await redis.xrange(runOutputKey(runId), "-", "+");
  return entries.flatMap(([, [field, value]]) =>
    field === "chunk" ? [Value.Parse(OutputChunk, JSON.parse(value ?? ""))] : [],
  );
}

const textOf = async (runId: string): Promise<string> => (await chunks(runId)).map((chunk) => chunk.text).join("");

async function order(runId: string, wake: boolean, one: RunOrder = { type: "stop" }): Promise<void> {
  await redis.xadd(runOrdersKey(runId), "*", "order", JSON.stringify(one));
  if (wake) await redis.publish(ordersWakeChannel, runId);
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

it("grades a run, says of each case how it went as soon as it is known, and what it was made of", async () => {
  const cases: GradedTask["cases"] = [
    { visibility: "visible", input: "1", expected: "1" },
    { visibility: "hidden", input: "2", expected: "secret" },
  ];
  const { runId, end } = await addGraded("print(input())", cases);
  const result = await end;
  expect(result).toMatchObject({
    outcome: "wrong-answer",
    chunks: 0,
    receipt: { language: "python", runtime: "runc" },
  });
  expect(result.receipt?.image).toMatch(/^sha256:[0-9a-f]{64}$/);
  const entries = await redis.xrange(runOutputKey(runId), "-", "+");
  expect(entries.map(([, [field, value]]) => [field, Value.Parse(CaseResult, JSON.parse(value ?? ""))])).toEqual(
    result.cases?.map((one) => ["case", one]),
  );
});

it("stops a graded run between and within its cases", async () => {
  const cases: GradedTask["cases"] = ["0", "60"].map((input) => ({ visibility: "hidden", input, expected: "" }));
  const { runId, end } = await addGraded("import time\ntime.sleep(int(input()))", cases);
  await expect.poll(() => redis.xlen(runOutputKey(runId)), { interval: 10, timeout: 5_000 }).toBe(1);
  await order(runId, true);
  expect(await end).toMatchObject({ outcome: "stopped", cases: [{ number: 1, verdict: "accepted" }] });
});

it("hands over what is typed, in order, whether or not anybody was woken", async () => {
  const runId = randomUUID();
  const base = freeRun({ runId, trustDomain: "session:one", language: "python", source: "" });
  const source = "import sys\nfor line in sys.stdin: print(line.strip(), flush=True)";
  const { end } = await addJob({
    ...base,
    program: { language: "python", files: [{ name: "main.py", content: source }] },
    task: { kind: "free", input: { kind: "live" }, arguments: [] },
  });
  await order(runId, false, { type: "input", text: "1\n2" });
  await order(runId, true, { type: "input", text: "\n" });
  await expect.poll(() => textOf(runId), { interval: 10, timeout: 5_000 }).toBe("1\n2\n");
  await order(runId, false, { type: "input", text: "3\n" });
  await order(runId, false, { type: "input-end" });
  expect(await end).toMatchObject({ outcome: "exited" });
  expect(await textOf(runId)).toBe("1\n2\n3\n");
});

it("leaves nothing of programs and test cases in Redis once a run has ended", async () => {
  const secret = "s3cr3t-of-a-hidden-case";
  const { runId, end } = await addGraded("# s3cr3t-source\nimport sys\nprint(input(), file=sys.stderr)", [
    { visibility: "hidden", input: secret, expected: secret },
  ]);
  expect(await end).toMatchObject({ outcome: "wrong-answer" });
  const all = async (): Promise<string> => {
    const dumps = (await redis.keys("*")).map(async (key) => {
      const type = await redis.type(key);
      if (type === "hash") return JSON.stringify(await redis.hgetall(key));
      return type === "stream" ? JSON.stringify(await redis.xrange(key, "-", "+")) : "";
    });
    return (await Promise.all(dumps)).join("\n");
  };
  await expect.poll(all).not.toMatch(/s3cr3t/);
  expect(await all()).toContain(runId);
});

it("counts what it did, for Prometheus", async () => {
  const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
  const text = await response.text();
  expect(text).toMatch(/^greenroom_executor_runs_total\{language="python",kind="free",outcome="exited"\} [1-9]/m);
  expect(text).toMatch(
    /^greenroom_executor_runs_total\{language="python",kind="graded",outcome="wrong-answer"\} [1-9]/m,
  );
  expect(text).toMatch(/^greenroom_executor_failures_total\{code="job-invalid"\} 2$/m);
  expect(text).toMatch(/^greenroom_executor_failures_total\{code="runtime-not-ready"\} 1$/m);
  for (const state of ["waiting", "prioritized", "delayed", "active"])
    expect(text).toContain(`\ngreenroom_executor_queue_jobs{state="${state}"} 0\n`);
  expect(text).toMatch(/^greenroom_executor_pool_sandboxes\{family="python",state="[a-z]+"\} [1-9]/m);
  for (const name of ["queue_wait_seconds", "run_overhead_seconds"])
    expect(text).toMatch(new RegExp(`^greenroom_executor_${name}_count\\{kind="free"\\} [1-9]`, "m"));
  expect(text).toMatch(/^greenroom_executor_sandbox_take_seconds_count\{family="python"\} [1-9]/m);
});

it("leaves a run to the executor that has its language", async () => {
  startExecutor({ SANDBOX_LANGUAGES: "c" });
  await untilReady(1, "c");
  const c = '#include <stdio.h>\nint main(void) { puts("c"); }';
  const runs = await Promise.all(
    Array.from({ length: 12 }, (_, n) => (n % 2 ? add("print('python')") : add(c, { language: "c" }))),
  );
  const ends = await Promise.all(runs.map((run) => run.end));
  expect(ends.map(({ outcome, errorCode }) => errorCode ?? outcome)).toEqual(Array(12).fill("exited"));
  // One that nobody has is ours to answer for, and soon.
  const nobody = await add("public class Main {}", { language: "java" });
  expect(await nobody.end).toMatchObject({ outcome: "internal-error", errorCode: "runtime-not-ready" });
}, 60_000);

it("gives up a run under which executors keep dying", async () => {
  await queue.pause();
  const { runId, end } = await add("print(1)");
  // As the queue counts it (BullMQ's moveStalledJobsToWait).
  await redis.hset(`bull:${runQueueName}:${runId}`, "stc", 3);
  await queue.resume();
  expect(await end).toMatchObject({ outcome: "internal-error", errorCode: "executor-lost", chunks: 0 });
});

it("lets another executor take up the run of a killed one, which ends exactly once", async () => {
  const completed: string[] = [];
  events.on("completed", ({ jobId }) => completed.push(jobId));
  const { runId, end } = await add("import os, time\nprint(os.getpid())\nprint('on')\ntime.sleep(2)\nprint('done')");
  const cases: GradedTask["cases"] = ["0", "2"].map((input) => ({ visibility: "hidden", input, expected: "" }));
  const graded = await addGraded("import time\ntime.sleep(int(input()))", cases);
  await expect.poll(() => textOf(runId), { interval: 10, timeout: 5_000 }).toMatch(/on/);
  await expect.poll(() => redis.xlen(runOutputKey(graded.runId)), { interval: 10, timeout: 5_000 }).toBe(1);
  const [dead] = await statuses();
  const killedAt = performance.now();
  await endAll("SIGKILL");
  const orphans = await engine.findSandboxes(installation);
  expect(orphans.length).toBeGreaterThan(0);
  startExecutor();
  expect(await end).toMatchObject({ outcome: "exited", exitCode: 0 });
  // The program's own two seconds, and ten.
  expect(performance.now() - killedAt).toBeLessThan(12_000);
  const regraded = await graded.end;
  expect(performance.now() - killedAt).toBeLessThan(14_000);
  expect(regraded).toMatchObject({ outcome: "accepted" });
  const told = await redis.xrange(runOutputKey(graded.runId), "-", "+");
  expect(told.map(([, [, value]]) => JSON.parse(value ?? "") as unknown)).toEqual(regraded.cases);
  // What the first attempt wrote is gone; numbers began again.
  expect(await textOf(runId)).toMatch(/^\d+\non\ndone\n$/);
  expect((await chunks(runId))[0]?.number).toBe(1);
  await untilReady(2);
  expect(completed.filter((id) => id === runId)).toEqual([runId]);
  // The dead executor's sandboxes ended with it.
  const ofTheDead = async () =>
    (await engine.findSandboxes(installation)).filter(
      (sandbox) => sandbox.running && sandbox.executorId === dead?.executorId,
    );
  await expect.poll(ofTheDead, { timeout: 10_000 }).toEqual([]);
}, 60_000);

it("hands a run that takes too long for it back to the queue when it is asked to close", async () => {
  const { runId, end } = await add("import time\nprint('on')\ntime.sleep(5)\nprint('done')");
  await expect.poll(() => textOf(runId), { interval: 10, timeout: 5_000 }).toMatch(/^on/);
  await endAll("SIGTERM");
  // One that an executor was killed over before it had started it waits for the next sweep.
  const running = async () => (await engine.findSandboxes(installation)).filter((sandbox) => sandbox.running);
  await expect.poll(running, { timeout: 5_000 }).toEqual([]);
  startExecutor();
  expect(await end).toMatchObject({ outcome: "exited" });
  expect(await textOf(runId)).toBe("on\ndone\n");
}, 60_000);
