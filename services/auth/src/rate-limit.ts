import { createHash } from "node:crypto";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Redis } from "ioredis";
import { redisAnswersWithinMs, within } from "./within.ts";

export interface Attempt {
  /** What is tried, and by whom or for what: both together name the counter. */
  readonly action: string;
  readonly who: string;
  /** How many are let through in a minute. */
  readonly perMinute: number;
}

/** Counts attempts in Redis, so that the limits hold for all auth processes together. */
export type LimitAttempts = (...attempts: Attempt[]) => Promise<void>;

const minuteMs = 60_000;

/** Throws ApiError "rate-limited" when one of the attempts is one too many for the minute that began with its first. */
export function createRateLimit(redis: Redis): LimitAttempts {
  return async (...attempts) => {
    const waits = await Promise.all(attempts.map((attempt) => count(redis, attempt)));
    const retryAfterMs = Math.max(...waits);
    if (retryAfterMs > 0)
      throw new ApiError("rate-limited", "Too many attempts. Wait a little, then try again.", { retryAfterMs });
  };
}

/** Milliseconds until the next attempt may be made; 0 when this one may. */
async function count(redis: Redis, { action, who, perMinute }: Attempt): Promise<number> {
  // Hashed, because it may be an e-mail address of any length.
  const key = `auth:attempts:${action}:${createHash("sha256").update(who).digest("base64url")}`;
  const counted = redis.multi().incr(key).pexpire(key, minuteMs, "NX").pttl(key).exec();
  const answers = await within(redisAnswersWithinMs, counted).catch((cause: unknown) => {
    throw new ApiError("unavailable", "Attempts cannot be counted just now. Try again in a moment.", { cause });
  });
  const [attempts, , ttl] = (answers ?? []).map(([, value]) => Number(value));
  return attempts !== undefined && attempts > perMinute ? Math.max(ttl ?? minuteMs, 1) : 0;
}
