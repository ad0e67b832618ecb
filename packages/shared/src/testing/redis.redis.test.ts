import { Redis } from "ioredis";
import { expect, it } from "vitest";

import { createTestRedis } from "./redis.ts";

it("gives every caller a Redis that nobody else writes to", async () => {
  const [one, two] = await Promise.all([createTestRedis(), createTestRedis()]);
  const [first, second] = [new Redis(one.url), new Redis(two.url)];
  await first.set("fruit", "plum");
  expect(await first.get("fruit")).toBe("plum");
  expect(await second.get("fruit")).toBeNull();
  first.disconnect();
  second.disconnect();
  await Promise.all([one.close(), two.close()]);
});

it("refuses whoever does not know the password", async () => {
  const redis = await createTestRedis();
  const stranger = new Redis(redis.url.replace("throwaway", "guess"), { lazyConnect: true, retryStrategy: () => null });
  stranger.on("error", () => {});
  await expect(stranger.ping()).rejects.toThrow();
  stranger.disconnect();
  await redis.close();
});
