import { roomOwnerKey, type RoomOwner } from "@greenroom/shared/events/room-owner.ts";
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
 * process before me, and it is dead). A lease only routes; who may write is decided in Postgres.
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

/** @returns whether this process is the one to which the room's sockets are routed */
export async function takeLease(redis: Redis, sessionId: string, self: RoomOwner): Promise<boolean> {
  return (await takeLeases(redis, [sessionId], self)).length === 1;
}

/** Takes or renews many. @returns those that this process has now */
export async function takeLeases(redis: Redis, sessionIds: readonly string[], self: RoomOwner): Promise<string[]> {
  const taken: string[] = [];
  for (let from = 0; from < sessionIds.length; from += renewAtOnce) {
    const some = sessionIds.slice(from, from + renewAtOnce);
    const owner = [JSON.stringify(self), self.processId, self.url, leaseMs];
    const answers = (await redis.eval(takeScript, some.length, ...some.map(roomOwnerKey), ...owner)) as number[];
    taken.push(...some.filter((_, index) => answers[index] === 1));
  }
  return taken;
}

export async function releaseLease(redis: Redis, sessionId: string, self: RoomOwner): Promise<void> {
  await redis.eval(releaseScript, 1, roomOwnerKey(sessionId), self.processId);
}
