import { RoomOwner } from "@greenroom/shared/events/room-owner.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Redis } from "ioredis";
import { Value } from "typebox/value";

/** The base URL of the process that has a room's or a call's lease; undefined when none has, or Redis cannot say. */
export async function findOwnerUrl(redis: Redis, leaseKey: string, logger: Logger): Promise<string | undefined> {
  try {
    const lease = await redis.get(leaseKey);
    if (lease === null) return undefined;
    const owner: unknown = JSON.parse(lease);
    if (Value.Check(RoomOwner, owner) && URL.canParse(owner.url)) return owner.url;
    logger.warn({ leaseKey }, "A lease cannot be read");
  } catch (error) {
    logger.warn({ leaseKey, err: error }, "The owner of a room could not be looked up");
  }
  return undefined;
}
