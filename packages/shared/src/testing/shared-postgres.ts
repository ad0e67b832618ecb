import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { PostgresServer } from "./postgres-server.ts";

/** Where test files ask for the shared Postgres; set by `setup` in the main process and inherited by vitest's workers. */
const askVariable = "GREENROOM_TEST_POSTGRES_SOCKET";
let teardownServers: (() => Promise<void>) | undefined;

/**
 * vitest's globalSetup. One Postgres serves the whole test run, and is started by the first test file that asks for it:
 * a run that needs none starts none. `TEST_DATABASE_URL` (a superuser's) uses a server that is there already.
 */
export function setup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-test-"));
  // Postgres runs as another user when we are root, and must be able to walk in.
  chmodSync(folder, 0o711);
  const socketPath = join(folder, "ask.sock");
  let postgres: Promise<PostgresServer> | undefined;
  const start = () =>
    PostgresServer.create({
      dataDir: join(folder, "postgres"),
      logFile: join(folder, "postgres.log"),
      password: "throwaway",
      throwaway: true,
    });
  const broker = createServer((socket) => {
    socket.on("error", () => {});
    postgres ??= start();
    postgres.then(
      (server) => socket.end(JSON.stringify({ url: server.url() })),
      (error: unknown) => socket.end(JSON.stringify({ error: String(error) })),
    );
  });
  teardownServers = async () => {
    broker.close();
    await postgres?.then((server) => server.close()).catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  };
  process.env[askVariable] = socketPath;
  return new Promise((resolve, reject) => broker.once("error", reject).listen(socketPath, () => resolve()));
}

export async function teardown(): Promise<void> {
  await teardownServers?.();
}

/** The superuser's URL of the shared test Postgres, which is running when this resolves. */
export async function sharedPostgresUrl(): Promise<string> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given) return given;
  const socketPath = process.env[askVariable];
  if (!socketPath) throw new Error("Tests that need Postgres are run by vitest from the workspace's root.");
  // Our own broker's answer, two lines above.
  const answer = JSON.parse(await text(connect(socketPath))) as { url?: string; error?: string };
  if (!answer.url) throw new Error(answer.error);
  return answer.url;
}
