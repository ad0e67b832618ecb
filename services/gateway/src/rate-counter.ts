import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from "@fastify/rate-limit";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Redis } from "ioredis";

/** Redis keys below which the gateways count together; they expire with their window. */
const prefix = "gateway:rate:";

/**
 * Where @fastify/rate-limit counts. Its own Redis store keeps silent when Redis cannot count, and an administrator must
 * know that nothing is limited: this one says so, once until it counts again.
 */
export function createRateCounter(redis: Redis, logger: Logger): FastifyRateLimitStoreCtor {
  let counting = true;
  return class implements FastifyRateLimitStore {
    incr(...[key, callback, windowMs]: Parameters<FastifyRateLimitStore["incr"]>): void {
      count(redis, prefix + key, windowMs).then(
        (counted) => {
          if (!counting) logger.info("Requests are limited again");
          counting = true;
          callback(null, counted);
        },
        (error: Error) => {
          if (counting) logger.warn({ err: error }, "Requests are not limited: Redis does not count them");
          counting = false;
          callback(error);
        },
      );
    }

    /** Keys tell one limit from another, so all of them count here. */
    child(): FastifyRateLimitStore {
      return this;
    }
  };
}

/** One more: how many in this window, and the milliseconds until it ends. */
async function count(redis: Redis, key: string, windowMs: number): Promise<{ current: number; ttl: number }> {
  const replies = await redis.multi().incr(key).pexpire(key, windowMs, "NX").pttl(key).exec();
  const [current, , ttl] = (replies ?? []).map(([error, value]) => {
    if (error) throw error;
    return Number(value);
  });
  if (current === undefined || ttl === undefined) throw new Error("Redis did not count.");
  return { current, ttl };
}
