import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
import type { ProcessOptions } from "@greenroom/shared/testing/managed-process.ts";
import type { House } from "./house.ts";

const main = fileURLToPath(new URL("../../../../services/session/src/main.ts", import.meta.url));

/**
 * What starts one more session process beside the house's own, with the same stores.
 *
 * @param env beside what every session process needs
 */
export async function secondSession(
  { stack, dataDir }: House,
  env: Readonly<Record<string, string>> = {},
): Promise<{ url: string; process: ProcessOptions }> {
  const secret = (name: string): string => join(dataDir, "secrets", name);
  const url = `http://127.0.0.1:${await freePort()}`;
  return {
    url,
    process: {
      command: process.execPath,
      args: [main],
      cwd: dataDir,
      env: {
        PATH: process.env["PATH"],
        NODE_ENV: "production",
        LOG_LEVEL: "warn",
        PORT: new URL(url).port,
        ADVERTISED_URL: url,
        DATABASE_URL_FILE: secret("session-database-url"),
        REDIS_URL_FILE: secret("redis-url"),
        SERVICE_SECRET_FILE: secret("service-secret"),
        AUTH_URL: `http://127.0.0.1:${stack.ports.auth}`,
        ...env,
      },
      logFile: join(dataDir, "logs/second-session.log"),
    },
  };
}
