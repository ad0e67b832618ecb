import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { ManagedProcess, untilReady } from "@greenroom/shared/testing/managed-process.ts";
import type { PostgresServer } from "@greenroom/shared/testing/postgres-server.ts";
import pg from "pg";

export type PeerName = "relay" | "sharedb" | "hocuspocus";

/** A peer's server and the hop before it. */
export interface Peer {
  readonly name: PeerName;
  /** Of the hop, which is what clients connect to. */
  readonly url: string;
  /** Server and hop: what its operations cost the machine, besides Postgres. */
  readonly pids: readonly [server: number, hop: number];
}

/** What each keeps in Postgres, in a database of its own. */
function schemaOf(name: PeerName): string | undefined {
  if (name === "hocuspocus") return "create table document (name text primary key, data bytea not null)";
  if (name === "relay") return undefined;
  return readFileSync(createRequire(import.meta.url).resolve("sharedb-postgres/structure.sql"), "utf8");
}

async function query(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function startProcess(
  file: string,
  { env, logDir, name }: { env: Record<string, string>; logDir: string; name: string },
) {
  const port = await freePort();
  const process_ = ManagedProcess.start({
    command: process.execPath,
    args: [fileURLToPath(new URL(file, import.meta.url))],
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    env: { PATH: process.env["PATH"], NODE_ENV: "production", PORT: String(port), ...env },
    logFile: join(logDir, `${name}.log`),
  });
  await untilReady(process_, { what: name, isReady: () => listens(port) });
  return { process: process_, url: `http://127.0.0.1:${port}`, pid: process_.pid ?? 0 };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Starts a peer's server and its hop, on the Postgres that ours uses, too. */
export async function startPeer(
  name: PeerName,
  { postgres, logDir, owned }: { postgres: PostgresServer; logDir: string; owned: AsyncDisposableStack },
): Promise<Peer> {
  const schema = schemaOf(name);
  const env: Record<string, string> = {};
  if (schema) {
    await query(postgres.url(), `create database bench_${name}`);
    env["DATABASE_URL"] = postgres.url(`bench_${name}`);
    await query(env["DATABASE_URL"], schema);
  }
  const server = await startProcess(`${name}.ts`, { env, logDir, name });
  owned.defer(() => server.process.stop());
  const hop = await startProcess("hop.ts", { env: { UPSTREAM_URL: server.url }, logDir, name: `${name}-hop` });
  owned.defer(() => hop.process.stop());
  return { name, url: hop.url, pids: [server.pid, hop.pid] };
}
