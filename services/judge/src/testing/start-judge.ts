import { randomUUID } from "node:crypto";
import type { NewRun, RunRecord } from "@greenroom/shared/api/run-routes.ts";
import { createDatabase, type Database, migrate } from "@greenroom/shared/node/database.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { createTestDatabase, type TestDatabase } from "@greenroom/shared/testing/postgres.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import { Redis } from "ioredis";
import { startApp } from "../app.ts";
import type { JudgeConfig } from "../config.ts";
import { migrations } from "../db/migrations.ts";
import type { JudgeDatabase } from "../db/schema.ts";
import { AuthPeer, serviceSecret } from "./auth-peer.ts";
import { ExecutorPeer } from "@greenroom/shared/testing/executor-peer.ts";

/** What comes after so many waits in the queue. */
export const runsAtOnce = 2;

const logger = createLogger("judge-test", process.env["TEST_LOG_LEVEL"] ?? "silent");

async function migrateAt(url: string): Promise<void> {
  const database = createDatabase<JudgeDatabase>(url, logger, 2);
  await migrate(database, migrations);
  await database.destroy();
}

/** What the judge stands on in a test, and any number of judges on it. */
export class TestGround {
  readonly database: TestDatabase;
  readonly db: Database<JudgeDatabase>;
  readonly redisServer: TestRedis;
  readonly redis: Redis;
  readonly auth: AuthPeer;
  /** Absent where a real executor is started. */
  readonly executor: ExecutorPeer;
  readonly #judges: TestJudge[] = [];

  static async create(options: { withPeer?: boolean } = {}): Promise<TestGround> {
    const [database, redisServer, auth] = await Promise.all([
      createTestDatabase(migrateAt),
      createTestRedis(),
      AuthPeer.create(),
    ]);
    const ground = new TestGround(database, redisServer, auth);
    if (options.withPeer ?? true) await ground.executor.announce();
    else await ground.executor.close();
    return ground;
  }

  private constructor(database: TestDatabase, redisServer: TestRedis, auth: AuthPeer) {
    this.database = database;
    this.db = createDatabase<JudgeDatabase>(database.url, logger, 4);
    this.redisServer = redisServer;
    this.redis = new Redis(redisServer.url);
    this.auth = auth;
    this.executor = new ExecutorPeer(redisServer.url, { concurrency: runsAtOnce });
  }

  async startJudge(settings: Partial<JudgeConfig> = {}): Promise<TestJudge> {
    const judge = await startApp(
      {
        HOST: "127.0.0.1",
        PORT: 0,
        LOG_LEVEL: "silent",
        DATABASE_URL: this.database.url,
        REDIS_URL: this.redisServer.url,
        AUTH_URL: this.auth.url,
        SERVICE_SECRET: serviceSecret,
        RUNS_WAITING_MAX: 500,
        RUNS_KEPT_DAYS: 7,
        CALLBACK_HOSTS: "",
        CALLBACK_PRIVATE_HOSTS: "",
        KEYLESS_RUNS: "off",
        KEYLESS_RUNS_PER_MINUTE: 30,
        KEYLESS_RUNS_AT_ONCE: 8,
        ...settings,
      },
      logger,
    );
    const started = { url: `http://127.0.0.1:${judge.port}`, close: judge.close };
    this.#judges.push(started);
    return started;
  }

  async close(): Promise<void> {
    await Promise.all(this.#judges.map((judge) => judge.close()));
    await this.executor.close();
    await this.auth.close();
    await this.db.destroy();
    this.redis.disconnect();
    await Promise.all([this.database.close(), this.redisServer.close()]);
  }
}

export interface TestJudge {
  readonly url: string;
  close(): Promise<void>;
}

/** A program that calls the judge. */
export class Caller {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(judge: TestJudge, secret?: string) {
    this.#url = judge.url;
    this.#headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  }

  async send(
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<Response> {
    return await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...this.#headers,
        ...(options.body === undefined ? {} : { "content-type": "application/json" }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  }

  /** The answer's body, whatever its status. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look at it as it is
  async call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<any> {
    const answer = await this.send(method, path, { body, ...(headers ? { headers } : {}) });
    return { status: answer.status, ...((await answer.json()) as object) };
  }

  async run(run: NewRun, options: { wait?: number; again?: string } = {}): Promise<RunRecord & { status: number }> {
    const headers = options.again === undefined ? {} : { "idempotency-key": options.again };
    return (await this.call("POST", `/api/runs?wait=${options.wait ?? 0}`, run, headers)) as RunRecord & {
      status: number;
    };
  }
}

/** A free run of one file of Python, with its input up front unless told otherwise. */
export function freeRun(source: string, more: Partial<NewRun> = {}): NewRun {
  return {
    program: { language: "python", files: [{ name: "main.py", content: source }] },
    task: { kind: "free", input: { kind: "given", text: "" }, arguments: [] },
    ...more,
  };
}

export const newId = (): string => randomUUID();
