import { randomUUID } from "node:crypto";
import { maxLiveInputBytes, ordersWakeChannel, runOrdersKey } from "@greenroom/shared/jobs/run-stream.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { OrderListener, type ProgramOrder, type WatchedOrders } from "./orders.ts";

let server: TestRedis;
let redis: Redis;
let subscriber: Redis;
let listener: OrderListener;
beforeAll(async () => {
  server = await createTestRedis();
  redis = new Redis(server.url);
  subscriber = new Redis(server.url);
  listener = new OrderListener({ redis, subscriber, logger: createLogger("test", "silent") });
});
afterAll(async () => {
  redis.disconnect();
  subscriber.disconnect();
  await server.close();
});

async function order(runId: string, orders: readonly unknown[], wake = true): Promise<void> {
  const adding = redis.pipeline();
  for (const one of orders)
    adding.xadd(runOrdersKey(runId), "*", "order", typeof one === "string" ? one : JSON.stringify(one));
  if (wake) adding.publish(ordersWakeChannel, runId);
  await adding.exec();
}

function collect(watched: WatchedOrders): ProgramOrder[] {
  const received: ProgramOrder[] = [];
  watched.receive((one) => received.push(one));
  return received;
}

const input = (text: string | number): ProgramOrder => ({ type: "input", text: String(text) });

it("hands over what came before, and what comes after, in order and once", async () => {
  const runId = randomUUID();
  const before = Array.from({ length: 250 }, (_, index) => input(index));
  await order(runId, before);
  const watched = await listener.watch(runId);
  const received = collect(watched);
  expect(received).toEqual(before);
  const after = Array.from({ length: 250 }, (_, index) => input(index + 250));
  for (const one of after) void order(runId, [one]);
  await expect.poll(() => received.length, { timeout: 5_000 }).toBe(500);
  expect(received).toEqual([...before, ...after]);
  await watched.close();
  expect(await redis.ttl(runOrdersKey(runId))).toBeGreaterThan(3_000);
});

it("keeps orders until somebody receives them", async () => {
  const runId = randomUUID();
  const watched = await listener.watch(runId);
  await order(runId, [{ type: "resize", columns: 100, rows: 30 }, input("a"), { type: "input-end" }]);
  await order(runId, [{ type: "stop" }]);
  await expect.poll(() => watched.stop.aborted).toBe(true);
  expect(collect(watched)).toEqual([{ type: "resize", columns: 100, rows: 30 }, input("a"), { type: "input-end" }]);
  await watched.close();
});

it("finds orders whose wake-up was lost", async () => {
  const runId = randomUUID();
  const watched = await listener.watch(runId);
  const received = collect(watched);
  await order(runId, [input("quiet"), { type: "signal", signal: "SIGINT" }], false);
  await expect.poll(() => received, { timeout: 3_000 }).toEqual([input("quiet"), { type: "signal", signal: "SIGINT" }]);
  await watched.close();
});

it("passes over what is no order", async () => {
  const runId = randomUUID();
  const watched = await listener.watch(runId);
  const received = collect(watched);
  await order(runId, ["{", "null", { type: "signal", signal: "SIGSTOP" }, { type: "resize", columns: 0, rows: 1 }]);
  await order(runId, [{ type: "input", text: "x".repeat(20_000) }, input("good")]);
  await redis.xadd(runOrdersKey(runId), "*", "other", JSON.stringify({ type: "stop" }));
  await order(runId, [input("last")]);
  await expect.poll(() => received).toEqual([input("good"), input("last")]);
  expect(watched.stop.aborted).toBe(false);
  await watched.close();
});

it("takes so much input and no more, and a stop all the same", async () => {
  const runId = randomUUID();
  const piece = "x".repeat(16 * 1024);
  await order(
    runId,
    Array.from({ length: 70 }, () => input(piece)),
  );
  await order(runId, [{ type: "stop" }]);
  const watched = await listener.watch(runId);
  expect(watched.stop.aborted).toBe(true);
  expect(collect(watched)).toHaveLength(maxLiveInputBytes / piece.length);
  await watched.close();
});
