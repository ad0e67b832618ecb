import type { Logger } from "@greenroom/shared/node/logger.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import type { Redis } from "ioredis";

/**
 * A Redis that answers within half a second or refuses at once. The door only counts and looks up with it, and can do
 * without; people who wait in front of it cannot.
 */
export function createFailFastRedis(url: string, logger: Logger): Redis {
  const redis = createRedis(url, logger);
  // ioredis reads both anew for every command.
  redis.options.commandTimeout = 500;
  redis.options.enableOfflineQueue = false;
  return redis;
}
