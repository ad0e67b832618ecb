import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { ManagedProcess, untilReady } from "@greenroom/shared/testing/managed-process.ts";
import { isReady } from "../../../../scripts/stack/wait-healthy.ts";
import type { Ground } from "./ground.ts";

const main = fileURLToPath(new URL("../../../../services/session/src/main.ts", import.meta.url));

/** One more session process beside the stack's own, with the same stores; nobody starts it again when it ends. */
export async function startSecondSession({ house }: Ground): Promise<{ process: ManagedProcess; url: string }> {
  const { stack, dataDir } = house;
  const secret = (name: string): string => join(dataDir, "secrets", name);
  const url = `http://127.0.0.1:${await freePort()}`;
  const process_ = ManagedProcess.start({
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
    },
    logFile: join(dataDir, "logs/second-session.log"),
  });
  await untilReady(process_, { what: "The second session process", isReady: () => isReady(url) });
  return { process: process_, url };
}
