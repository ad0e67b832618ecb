import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createInvite } from "@greenroom/shared/api/session-routes.ts";
import { redeemInvite } from "@greenroom/shared/api/auth-routes.ts";
import { PostgresServer } from "@greenroom/shared/testing/postgres-server.ts";
import { RedisServer } from "@greenroom/shared/testing/redis-server.ts";
import { SupervisedService } from "../../../../scripts/stack/supervise.ts";
import { call } from "../support/api.ts";
import { type House, openHouse, withoutRuns } from "../support/house.ts";
import { secondSession } from "../support/second-session.ts";

const clock = fileURLToPath(new URL("clock.mjs", import.meta.url));
const password = "faults";
/** A clock's jump of four minutes, and a round. */
const roundWithJumpMs = 6 * 60_000;
/** Room for the database and its log, and soon full. */
const diskMiB = 320;

const settings = {
  ROOM_SEATS: "20",
  LOG_LEVEL: "warn",
  REQUESTS_PER_MINUTE: "1000000",
  SOCKETS_PER_MINUTE: "1000000",
  SOCKETS_PER_ADDRESS: "10000",
  INVITE_ATTEMPTS_PER_MINUTE: "100000",
};

/** Each may have been started anew. */
interface Stores {
  postgres: PostgresServer;
  redis: RedisServer;
}

/** The whole product but runs, with two session processes, each part of which can be hurt. */
export class Ground {
  readonly house: House;
  readonly second: SupervisedService;
  /** The disk that Postgres alone writes to; undefined where none can be made. */
  readonly disk: string | undefined;
  readonly #folder: string;
  readonly #owned: AsyncDisposableStack;
  readonly #stores: Stores;

  private constructor(parts: {
    house: House;
    second: SupervisedService;
    disk: string | undefined;
    folder: string;
    stores: Stores;
    owned: AsyncDisposableStack;
  }) {
    this.house = parts.house;
    this.second = parts.second;
    this.disk = parts.disk;
    this.#folder = parts.folder;
    this.#stores = parts.stores;
    this.#owned = parts.owned;
  }

  static async create(): Promise<Ground> {
    await using started = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), "greenroom-faults-"));
    chmodSync(folder, 0o711); // Postgres has a user of its own, who has to walk in
    started.defer(() => rmSync(folder, { recursive: true, force: true }));
    const disk = mountDisk(join(folder, "disk"));
    if (disk !== undefined) started.defer(() => void spawnSync("umount", ["--lazy", disk]));
    const stores = { postgres: await startPostgres(folder, disk), redis: await startRedis(folder) };
    started.defer(() => stores.redis.close());
    started.defer(() => stores.postgres.close());
    const env = {
      ...settings,
      DATABASE_URL: stores.postgres.url(),
      REDIS_URL: stores.redis.url,
      NODE_OPTIONS: `--import=${clock}`,
    };
    const house = await openHouse({ services: withoutRuns, env, isQuiet: true });
    started.defer(() => house.close());
    const second = await startSecondSession(house);
    started.defer(() => second.close());
    return new Ground({ house, second, disk, folder, stores, owned: started.move() });
  }

  /** A token that is good for a round, by clocks that have jumped too. */
  async administratorToken(): Promise<string> {
    return await this.house.administratorToken(roundWithJumpMs);
  }

  /** A session with a document, and the tokens of so many people in it. */
  async seat(people: number): Promise<{ sessionId: string; tokens: string[] }> {
    const token = await this.administratorToken();
    const sessionId = await this.house.createSession();
    const input = { params: { sessionId }, body: { role: "candidate" as const }, token };
    const { url } = (await call(this.house.url, createInvite, input)).body;
    const tokens = [token];
    while (tokens.length < people) {
      const body = { invite: url.split("/").at(-1) ?? "", name: `Person ${tokens.length}` };
      tokens.push((await call(this.house.url, redeemInvite, { body })).body.accessToken);
    }
    return { sessionId, tokens };
  }

  /** Postgres is killed, and started again after a while. */
  async killPostgres(downMs: number): Promise<void> {
    await killed(this.#stores.postgres);
    await sleep(downMs);
    await this.#restartPostgres();
  }

  async killRedis(downMs: number): Promise<void> {
    const { port } = this.#stores.redis;
    await killed(this.#stores.redis);
    await sleep(downMs);
    this.#stores.redis = await startRedis(this.#folder, port);
  }

  /** Nothing more can be written to Postgres's disk for a while. */
  async fillDisk(forMs: number): Promise<void> {
    if (this.disk === undefined) return;
    const filler = join(this.disk, "filler");
    const file = openSync(filler, "w");
    const block = Buffer.alloc(1 << 20);
    try {
      while (writeSync(file, block) === block.length);
    } catch {
      // It is full.
    } finally {
      closeSync(file);
    }
    await sleep(forMs);
    rmSync(filler);
    // It ends itself when it cannot write its log.
    if (await isGone(this.#stores.postgres)) await this.#restartPostgres();
  }

  async #restartPostgres(): Promise<void> {
    const { port } = this.#stores.postgres;
    this.#stores.postgres = await startPostgres(this.#folder, this.disk, port);
  }

  async close(): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

/** A small file system of its own, where this may be done. */
function mountDisk(path: string): string | undefined {
  mkdirSync(path);
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${diskMiB}m,mode=0711`, "tmpfs", path]);
  return status === 0 && statfsSync(path).blocks > 0 ? path : undefined;
}

async function startPostgres(folder: string, disk: string | undefined, port?: number): Promise<PostgresServer> {
  const dataDir = join(disk ?? folder, "postgres");
  const logFile = join(folder, "postgres.log");
  // The one before may leave its last processes behind for a moment; they hold the data.
  for (let attempt = 1; ; attempt++) {
    try {
      return await PostgresServer.create({ dataDir, logFile, password, ...(port === undefined ? {} : { port }) });
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(250);
    }
  }
}

async function startRedis(folder: string, port?: number): Promise<RedisServer> {
  const dataDir = join(folder, "redis");
  const where = { dataDir, logFile: join(folder, "redis.log"), password };
  return await RedisServer.create({ ...where, ...(port === undefined ? {} : { port }) });
}

async function startSecondSession(house: House): Promise<SupervisedService> {
  const { LOG_LEVEL, ROOM_SEATS } = settings;
  const second = await secondSession(house, { LOG_LEVEL, ROOM_SEATS, NODE_OPTIONS: `--import=${clock}` });
  const service = SupervisedService.create({ name: "second session", ...second });
  await service.untilHealthy();
  return service;
}

async function killed(server: PostgresServer | RedisServer): Promise<void> {
  if (server.pid !== undefined) process.kill(server.pid, "SIGKILL");
  await server.exited;
}

async function isGone(server: PostgresServer): Promise<boolean> {
  return await Promise.race([server.exited.then(() => true), sleep(300).then(() => false)]);
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
