import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { RedisServer } from "./redis-server.ts";

export interface TestRedis {
  readonly url: string;
  /** Ends the server and removes its folder. Idempotent. */
  close(): Promise<void>;
}

/**
 * A Redis of its own for one test file (it starts in some 50 ms): neither keys nor pub/sub channels, which know no
 * database numbers, are shared with any other test.
 */
export async function createTestRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-test-redis-"));
  const server = await RedisServer.create({
    dataDir: folder,
    logFile: join(folder, "redis.log"),
    password: "throwaway",
    throwaway: true,
  });
  let closed: Promise<void> | undefined;
  const close = async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: server.url, close: () => (closed ??= close()) };
}
