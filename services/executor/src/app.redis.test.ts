import { randomUUID } from "node:crypto";
import { freeRun } from "@greenroom/shared/jobs/free-run.ts";
import { executorStatusKey, ExecutorStatus, wantedLanguagesKey } from "@greenroom/shared/jobs/run-stream.ts";
import { runQueueName } from "@greenroom/shared/jobs/run-job.ts";
import { languages } from "@greenroom/shared/languages.ts";
import { loadConfig } from "@greenroom/shared/node/config.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import { Value } from "typebox/value";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chooseLanguages, startApp } from "./app.ts";
import { ExecutorConfig } from "./config.ts";

let server: TestRedis;
let redis: Redis;
let listening: Redis;
let app: { close: () => Promise<void> };

/** An executor on a machine without an engine. */
beforeAll(async () => {
  server = await createTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  listening = new Redis(server.url, { maxRetriesPerRequest: null });
  const config = loadConfig(ExecutorConfig, {
    REDIS_URL: server.url,
    PORT: "0",
    DOCKER_SOCKET: "/nonexistent/docker.sock",
    SANDBOX_LANGUAGES: "python, c, go, rust",
  });
  app = await startApp(config, createLogger("test", "silent"));
});
afterAll(async () => {
  await app.close();
  redis.disconnect();
  listening.disconnect();
  await server.close();
});

async function statuses(): Promise<ExecutorStatus[]> {
  const all = await redis.hvals(executorStatusKey);
  return all.map((text) => Value.Parse(ExecutorStatus, JSON.parse(text)));
}

it("says that it cannot run anything without an engine, and why", async () => {
  await expect.poll(statuses).toHaveLength(1);
  const [status] = await statuses();
  expect(status).toMatchObject({
    engine: "unavailable",
    ready: [],
    preparing: ["python", "c"],
    onDemand: ["go", "rust"],
  });
  expect(status?.reason).toMatch(/No container engine is running .*\/nonexistent\/docker\.sock/);
  const age = async (): Promise<number> => (await statuses())[0]?.at ?? 0;
  await expect.poll(age, { timeout: 5_000 }).toBeGreaterThan(status?.at ?? Infinity);
});

it("prepares a language once somebody wants it, and not for a wish of long ago", async () => {
  await redis.hset(wantedLanguagesKey, "rust", Date.now() - 11 * 60_000, "cobol", Date.now(), "klingon", Date.now());
  await redis.hset(wantedLanguagesKey, "go", Date.now());
  const latest = async () => (await statuses())[0];
  await expect
    .poll(latest, { timeout: 10_000 })
    .toMatchObject({ preparing: ["python", "c", "go"], onDemand: ["rust"] });
});

it("ends runs as our own error while there is no engine", async () => {
  const queue = new Queue(runQueueName, { connection: redis });
  const events = new QueueEvents(runQueueName, { connection: listening });
  await events.waitUntilReady();
  const runId = randomUUID();
  const data = freeRun({ runId, trustDomain: "session:one", language: "python", source: "print(1)" });
  const job = await queue.add("run", data, { jobId: runId });
  expect(await job.waitUntilFinished(events, 10_000)).toEqual({
    outcome: "internal-error",
    errorCode: "engine-unavailable",
    exitCode: null,
    signal: null,
    wallMs: null,
    cpuMs: null,
    memoryKib: null,
    compileMs: null,
    chunks: 0,
  });
  await events.close();
  await queue.close();
});

it("offers the languages that the setting names, and refuses names that are none", () => {
  expect(chooseLanguages(undefined)).toEqual(languages.map(({ id }) => id));
  expect(chooseLanguages("java, python")).toEqual(["python", "java"]);
  expect(() => chooseLanguages("python,klingon")).toThrow('"klingon"');
});
