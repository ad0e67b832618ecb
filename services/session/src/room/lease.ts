import { roomOwnerKey, type RoomOwner } from "@greenroom/shared/events/room-owner.ts";
import type { Redis } from "ioredis";

/** How long a lease lives unless renewed, and how often it is: a crashed process's rooms are free after the first. */
const leaseMs = 6_000;
export const renewEveryMs = 2_000;

/**
 * Takes or renews a lease: mine if nobody has it, I have it, or its holder answered at my own address (then it was the
 * process before me, and it is dead). A lease only routes; who may write is decided in Postgres.
 */
const takeScript = `
local current = redis.call("get", KEYS[1])
if current then
  local owner = cjson.decode(current)
  if owner.processId ~= ARGV[2] and owner.url ~= ARGV[3] then return 0 end
end
redis.call("set", KEYS[1], ARGV[1], "px", ARGV[4])
return 1`;

const releaseScript = `
local current = redis.call("get", KEYS[1])
if current and cjson.decode(current).processId == ARGV[1] then redis.call("del", KEYS[1]) end
return 1`;

/** @returns whether this process is the one to which the room's sockets are routed */
export async function takeLease(redis: Redis, sessionId: string, self: RoomOwner): Promise<boolean> {
  const taken = await redis.eval(
    takeScript,
    1,
    roomOwnerKey(sessionId),
    JSON.stringify(self),
    self.processId,
    self.url,
    leaseMs,
  );
  return taken === 1;
}

export async function releaseLease(redis: Redis, sessionId: string, self: RoomOwner): Promise<void> {
  await redis.eval(releaseScript, 1, roomOwnerKey(sessionId), self.processId);
}
