import { roomOwnerKey, RoomOwner } from "@greenroom/shared/events/room-owner.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Redis } from "ioredis";
import { Value } from "typebox/value";

/** The base URL of the process that owns the session's room; undefined when nobody does, or Redis cannot say. */
export async function findOwnerUrl(redis: Redis, sessionId: string, logger: Logger): Promise<string | undefined> {
  try {
    const lease = await redis.get(roomOwnerKey(sessionId));
    if (lease === null) return undefined;
    const owner: unknown = JSON.parse(lease);
    if (Value.Check(RoomOwner, owner) && URL.canParse(owner.url)) return owner.url;
    logger.warn({ sessionId }, "The lease of a room cannot be read");
  } catch (error) {
    logger.warn({ sessionId, err: error }, "The owner of a room could not be looked up");
  }
  return undefined;
}
