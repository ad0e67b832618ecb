import type { RoomOwner } from "../events/room-owner.ts";
import type { Redis } from "ioredis";

/**
 * How long a lease lives unless renewed, and how often it is: a crashed process's rooms are free after the first. A
 * process that sleeps longer finds itself fenced by the epoch.
 */
const leaseMs = 3_000;
export const renewEveryMs = 1_000;
/** Leases renewed in one call of a script, which nothing else in Redis runs beside. */
const renewAtOnce = 200;

/**
 * Takes or renews a lease: mine if nobody has it, I have it, or its holder answered at my own address (then it was the
 * process before me, and it is dead). A lease only routes; who may write to a log is decided in Postgres.
 */
const takeScript = `
local taken = {}
for index, key in ipairs(KEYS) do
  local current = redis.call("get", key)
  local owner = current and cjson.decode(current)
  local isFree = not owner or owner.processId == ARGV[2] or owner.url == ARGV[3]
  if isFree then redis.call("set", key, ARGV[1], "px", ARGV[4]) end
  taken[index] = isFree and 1 or 0
end
return taken`;

const releaseScript = `
local current = redis.call("get", KEYS[1])
if current and cjson.decode(current).processId == ARGV[1] then redis.call("del", KEYS[1]) end
return 1`;

/** Whose leases, as keys of Redis, and who takes them. */
interface Leases {
  readonly redis: Redis;
  readonly keys: readonly string[];
  readonly self: RoomOwner;
}

/** Takes or renews them. @returns those of the keys that this process has now */
export async function takeLeases({ redis, keys, self }: Leases): Promise<Set<string>> {
  const taken = new Set<string>();
  for (let from = 0; from < keys.length; from += renewAtOnce) {
    const some = keys.slice(from, from + renewAtOnce);
    const owner = [JSON.stringify(self), self.processId, self.url, leaseMs];
    const answers = (await redis.eval(takeScript, some.length, ...some, ...owner)) as number[];
    for (const [index, key] of some.entries()) if (answers[index] === 1) taken.add(key);
  }
  return taken;
}

export async function releaseLease(redis: Redis, key: string, self: RoomOwner): Promise<void> {
  await redis.eval(releaseScript, 1, key, self.processId);
}
