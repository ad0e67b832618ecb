import { Redis } from "ioredis";
import type { Logger } from "./logger.ts";

/**
 * A connection to Redis that comes back by itself. BullMQ and blocking readers each need one of their own.
 *
 * @param forBlocking true for connections that wait in a command (BullMQ workers, XREAD BLOCK, subscribers)
 */
export function createRedis(url: string, logger: Logger, forBlocking = false): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: forBlocking ? null : 3,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 2000),
    enableReadyCheck: true,
  });
  let down = false;
  redis.on("error", (error: Error) => {
    if (!down) logger.warn({ err: error.message }, "Redis is out of reach");
    down = true;
  });
  redis.on("ready", () => {
    if (down) logger.info("Redis is back");
    down = false;
  });
  return redis;
}
