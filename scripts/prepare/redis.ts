import { findRedis } from "@greenroom/shared/testing/redis-server.ts";
import type { Package } from "./apt.ts";

/** What apt must bring before a Redis can run here. */
export function missingRedisPackages(): Package[] {
  if (findRedis()) return [];
  // Not `redis-server`, which would start a service of its own: redis-tools holds the same program (see findRedis).
  return [{ name: "redis-tools", why: "Redis, which carries the queue of runs and the events between services" }];
}
