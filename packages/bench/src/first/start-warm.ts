import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { PostgresServer } from "@greenroom/shared/testing/postgres-server.ts";
import { RedisServer } from "@greenroom/shared/testing/redis-server.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** Seconds of a second `npm start` to its URL, and of its stores alone (the floor). */
export async function measureStart(): Promise<{ ours: number; stores: number }> {
  const dataDir = mkdtempSync(join(tmpdir(), "greenroom-start-"));
  try {
    await startOnce(dataDir);
    const ours = await startOnce(dataDir);
    return { ours, stores: await startStores() };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function startOnce(dataDir: string): Promise<number> {
  const start = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true, // a group of its own, so that it can be given a Ctrl-C as a terminal gives it: to all of the group
    env: { ...process.env, PORT: String(await freePort()), GREENROOM_DATA_DIR: dataDir },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let seconds: number | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes("Greenroom is ready")) continue;
    seconds = (performance.now() - start) / 1000;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
  }
  await ended;
  if (seconds === undefined) throw new Error("npm start ended before it was ready.");
  return seconds;
}

async function startStores(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-stores-"));
  chmodSync(folder, 0o711); // Postgres has a user of its own, who has to walk in
  const open = async (): Promise<{ close(): Promise<void> }[]> =>
    await Promise.all([
      PostgresServer.create({
        dataDir: join(folder, "postgres"),
        logFile: join(folder, "postgres.log"),
        password: "p",
      }),
      RedisServer.create({ dataDir: join(folder, "redis"), logFile: join(folder, "redis.log"), password: "p" }),
    ]);
  for (const server of await open()) await server.close();
  const start = performance.now();
  const servers = await open();
  const seconds = (performance.now() - start) / 1000;
  for (const server of servers) await server.close();
  rmSync(folder, { recursive: true, force: true });
  return seconds;
}
