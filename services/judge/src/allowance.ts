import { ApiError } from "@greenroom/shared/api/error.ts";
import type { KeyCaller } from "@greenroom/shared/node/add-route.ts";
import type { Redis, Result } from "ioredis";

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** A run that nobody counted off, because its process died, counts no longer than this. */
const countedForMs = 3_600_000;
/** The queue is not programs' alone: rooms find a place in it when programs find none. */
const shareOfQueue = 0.8;

/** Who is counted, and how much they may. */
interface Bounds {
  readonly who: string;
  readonly perMinute: number;
  readonly perDay: number;
  /** The Redis set of their runs that are going on. */
  readonly countedIn: string;
  readonly atOnce: number;
}

type Verdict = "taken" | "at-once" | "minute" | "day" | "queue-full";

declare module "ioredis" {
  // The declaration that is extended has this parameter, and merging wants it by this name.
  interface RedisCommander<Context> {
    takeAllowance(...keysAndArguments: (string | number)[]): Result<Verdict, Context>;
  }
}

/**
 * One script, so that many processes cannot take one place twice.
 * KEYS: this minute's count, this day's, the set of runs going on, the queue's list and its sorted set.
 * ARGV: now, bounds for minute, day, at once and queue, the run's id, until when it counts.
 */
const takeScript = `
redis.call("zremrangebyscore", KEYS[3], "-inf", ARGV[1])
if redis.call("zcard", KEYS[3]) >= tonumber(ARGV[4]) then return "at-once" end
if redis.call("llen", KEYS[4]) + redis.call("zcard", KEYS[5]) >= tonumber(ARGV[5]) then return "queue-full" end
if tonumber(redis.call("get", KEYS[1]) or "0") >= tonumber(ARGV[2]) then return "minute" end
if tonumber(redis.call("get", KEYS[2]) or "0") >= tonumber(ARGV[3]) then return "day" end
if redis.call("incr", KEYS[1]) == 1 then redis.call("pexpire", KEYS[1], ${minuteMs}) end
if redis.call("incr", KEYS[2]) == 1 then redis.call("pexpire", KEYS[2], ${dayMs}) end
redis.call("zadd", KEYS[3], ARGV[7], ARGV[6])
redis.call("pexpire", KEYS[3], ${countedForMs})
return "taken"`;

/** What callers may: counted in Redis, so that it holds for all processes together. */
export class Allowance {
  readonly #redis: Redis;
  readonly #waitingKeys: { readonly list: string; readonly set: string };
  readonly #waitingMax: number;
  readonly #keyless: { readonly perMinute: number; readonly atOnce: number };

  constructor(options: {
    redis: Redis;
    waitingKeys: { list: string; set: string };
    waitingMax: number;
    keyless: { perMinute: number; atOnce: number };
  }) {
    this.#redis = options.redis;
    this.#waitingKeys = options.waitingKeys;
    this.#waitingMax = Math.max(1, Math.floor(options.waitingMax * shareOfQueue));
    this.#keyless = options.keyless;
    options.redis.defineCommand("takeAllowance", { numberOfKeys: 5, lua: takeScript });
  }

  /** Counts one more run of a caller, or throws the ApiError that says why not. @returns what it is counted in */
  async take(caller: KeyCaller, runId: string): Promise<string> {
    const { who, perMinute, perDay, countedIn, atOnce } = this.#boundsOf(caller);
    const now = Date.now();
    const taking = this.#redis.takeAllowance(
      `judge:minute:${who}:${Math.floor(now / minuteMs)}`,
      `judge:day:${who}:${Math.floor(now / dayMs)}`,
      countedIn,
      this.#waitingKeys.list,
      this.#waitingKeys.set,
      now,
      perMinute,
      perDay,
      atOnce,
      this.#waitingMax,
      runId,
      now + countedForMs,
    );
    const verdict = await taking.catch((cause: unknown) => {
      throw new ApiError("unavailable", "Runs cannot be counted just now. Try again in a moment.", { cause });
    });
    if (verdict !== "taken") throw refusal(verdict, now);
    return countedIn;
  }

  /** Counts a run off. */
  async giveBack(countedIn: string, runId: string): Promise<void> {
    await this.#redis.zrem(countedIn, runId);
  }

  #boundsOf(caller: KeyCaller): Bounds {
    if (caller.kind === "key") {
      const { keyId, runsPerMinute, runsPerDay, runsAtOnce } = caller.key;
      const countedIn = `judge:going-on:${keyId}`;
      return { who: keyId, perMinute: runsPerMinute, perDay: runsPerDay, countedIn, atOnce: runsAtOnce };
    }
    const { perMinute, atOnce } = this.#keyless;
    // By the day there is no bound but the minutes'.
    const perDay = perMinute * (dayMs / minuteMs);
    return { who: `address:${caller.address}`, perMinute, perDay, countedIn: "judge:going-on:keyless", atOnce };
  }
}

function refusal(verdict: Exclude<Verdict, "taken">, now: number): ApiError {
  switch (verdict) {
    case "minute":
      return new ApiError("rate-limited", "These are all the runs for this minute.", {
        retryAfterMs: minuteMs - (now % minuteMs),
      });
    case "at-once":
      return new ApiError("rate-limited", "As many runs as may be at once are going on.", { retryAfterMs: 1_000 });
    case "day":
      return new ApiError("quota-used-up", "These are all the runs for this day (UTC).", {
        retryAfterMs: dayMs - (now % dayMs),
      });
    case "queue-full":
      return new ApiError("queue-full", "The queue is full. Try again in a moment.", { retryAfterMs: 2_000 });
  }
}
