import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

import { Redis } from "ioredis";

import { freePort } from "./free-port.ts";
import { ManagedProcess, untilReady } from "./managed-process.ts";
import { ensureServiceUser, giveTo } from "./service-user.ts";

export interface RedisOptions {
  /** Made when it is missing. */
  readonly dataDir: string;
  readonly logFile: string;
  readonly password: string;
  /** Default: a free one. Only 127.0.0.1 listens. */
  readonly port?: number;
  /** For throwaway data: nothing is written to disk, and it runs as whoever starts it. */
  readonly throwaway?: boolean;
}

function onPath(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/local/bin", "/usr/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * A redis-server binary, or undefined. Debian's `redis-tools` is enough: its redis-check-rdb is the same program, which
 * looks at the name it was started by (redis.c, main), and unlike `redis-server` the package starts no service.
 */
export function findRedis(): string | undefined {
  return onPath("redis-server") ?? onPath("redis-check-rdb");
}

function configuration(options: { port: number; dataDir: string; password: string; throwaway: boolean }): string {
  const persistence = options.throwaway
    ? ['save ""', "appendonly no"]
    : ['save ""', "appendonly yes", "appendfsync everysec"];
  return [
    `port ${options.port}`,
    "bind 127.0.0.1",
    `dir "${options.dataDir}"`,
    `requirepass ${options.password}`,
    // BullMQ's jobs must not be evicted (docs.bullmq.io, "Going to production").
    "maxmemory-policy noeviction",
    ...persistence,
  ].join("\n");
}

/** A Redis of our own: the trial's, and one for each test file that needs one. */
export class RedisServer {
  readonly port: number;
  readonly url: string;
  readonly #process: ManagedProcess;

  private constructor(server: ManagedProcess, options: { port: number; password: string }) {
    this.#process = server;
    this.port = options.port;
    this.url = `redis://:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}`;
  }

  static async create(options: RedisOptions): Promise<RedisServer> {
    const found = findRedis();
    if (!found) throw new Error("There is no Redis on this machine: apt-get install redis-tools (or redis-server).");
    const { throwaway = false, password } = options;
    const dataDir = resolve(options.dataDir);
    const user = throwaway ? undefined : ensureServiceUser();
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    giveTo(user, dataDir);
    const command = join(dataDir, "redis-server");
    rmSync(command, { force: true });
    symlinkSync(found, command);
    const port = options.port ?? (await freePort());
    const server = ManagedProcess.start({
      command,
      args: ["-"],
      // By standard input the password is neither in a file nor on a command line.
      input: configuration({ port, dataDir, password, throwaway }),
      cwd: dataDir,
      env: { PATH: process.env["PATH"] },
      logFile: options.logFile,
      user,
    });
    const started = new RedisServer(server, { port, password });
    await untilReady(server, { what: "Redis", isReady: () => started.#answers() });
    return started;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get exited(): Promise<unknown> {
    return this.#process.exited;
  }

  async close(): Promise<void> {
    await this.#process.stop();
  }

  async #answers(): Promise<boolean> {
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
    client.on("error", () => {});
    try {
      await client.connect();
      return (await client.ping()) === "PONG";
    } finally {
      client.disconnect();
    }
  }
}
