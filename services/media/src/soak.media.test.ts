import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { until } from "@greenroom/shared/testing/until.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestStack } from "./testing/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create();
});
afterAll(async () => await stack.close());

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void; // V8's own

/** A call of two, with all that can be in one, that ends by words, by silence, or by one of them coming in anew. */
async function oneCall(index: number): Promise<void> {
  const sessionId = randomUUID();
  const [ada, bo] = [await stack.join(sessionId), await stack.join(sessionId, { role: "interviewer" })];
  const camera = await ada.produce("camera");
  await bo.produce("microphone");
  await bo.consume(await bo.next("consumer"));
  await ada.next("consumer");
  if (index % 4 === 1) await ada.ask({ type: "producer.close", producerId: camera.id });
  if (index % 4 === 2) await stack.join(sessionId, { sub: ada.participantId }).then((again) => again.terminate());
  if (index % 2 === 0) ada.terminate();
  else ada.close();
  bo.close();
}

async function measure() {
  await until("all calls are gone", () => stack.app.rooms.rooms().length === 0);
  const { worker } = stack.app.workers.alive[0]!;
  const dump = await until("the Worker has no Router", async () => {
    const now = await worker.dump();
    return now.routerIds.length === 0 && now;
  });
  const leases = await until("no lease is left", async () => (await stack.redis.keys("media:*")).length === 0);
  collectGarbage();
  const pages = Number(readFileSync(`/proc/${worker.pid}/statm`, "utf8").split(" ")[1]);
  return {
    leases,
    handlers: dump.channelMessageHandlers,
    files: [readdirSync("/proc/self/fd").length, readdirSync(`/proc/${worker.pid}/fd`).length],
    heapMiB: process.memoryUsage().heapUsed / 2 ** 20,
    workerMiB: (pages * 4096) / 2 ** 20,
  };
}

async function run(calls: number): Promise<void> {
  const atOnce = 5;
  for (let index = 0; index < calls; index += atOnce)
    await Promise.all(Array.from({ length: atOnce }, (_, offset) => oneCall(index + offset)));
}

it("leaves nothing behind, however many come and go", async () => {
  await run(20);
  const before = await measure();
  await run(80);
  const after = await measure();
  expect(after.handlers).toEqual(before.handlers);
  // Sockets that were cut off may take a moment in the kernel.
  expect(after.files[0]).toBeLessThanOrEqual(before.files[0]! + 3);
  expect(after.files[1]).toBeLessThanOrEqual(before.files[1]!);
  expect(after.heapMiB - before.heapMiB).toBeLessThan(8);
  expect(after.workerMiB - before.workerMiB).toBeLessThan(16);
}, 60_000);
