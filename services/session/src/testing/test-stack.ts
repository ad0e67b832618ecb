import { randomUUID } from "node:crypto";
import type { Session } from "@greenroom/shared/api/session-routes.ts";
import { createDatabase, migrate } from "@greenroom/shared/node/database.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { apply } from "@greenroom/shared/ot/text-operation.ts";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { createTestDatabase, type TestDatabase } from "@greenroom/shared/testing/postgres.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import type { Role } from "@greenroom/shared/roles.ts";
import { Redis } from "ioredis";
import pg from "pg";
import { startApp } from "../app.ts";
import type { SessionConfig } from "../config.ts";
import { migrations } from "../db/migrations.ts";
import { AuthPeer, serviceSecret } from "./auth-peer.ts";
import { TestClient } from "./test-client.ts";

const logger = createLogger("session-test", process.env["TEST_LOG_LEVEL"] ?? "fatal");

async function migrateTemplate(url: string): Promise<void> {
  const db = createDatabase(url, logger);
  await migrate(db, migrations);
  await db.destroy();
}

/** Somebody of the company, and the token they come with. */
export interface TestUser {
  readonly userId: string;
  readonly token: string;
}

export interface RunningApp {
  readonly url: string;
  close(): Promise<void>;
}

/** The real service on real Postgres and Redis, with the auth service played over the network. */
export class TestStack {
  readonly auth: AuthPeer;
  readonly redis: Redis;
  readonly redisUrl: string;
  readonly db: pg.Pool;
  readonly #database: TestDatabase;
  readonly #testRedis: TestRedis;
  readonly #config: Partial<SessionConfig>;
  readonly #apps = new Set<RunningApp>();
  #app!: RunningApp; // set by create

  static async create(config: Partial<SessionConfig> = {}): Promise<TestStack> {
    const [database, redis, auth] = await Promise.all([
      createTestDatabase(migrateTemplate),
      createTestRedis(),
      AuthPeer.create(),
    ]);
    const stack = new TestStack({ database, redis, auth, config });
    stack.#app = await stack.startApp();
    return stack;
  }

  private constructor(parts: {
    database: TestDatabase;
    redis: TestRedis;
    auth: AuthPeer;
    config: Partial<SessionConfig>;
  }) {
    this.#database = parts.database;
    this.#testRedis = parts.redis;
    this.auth = parts.auth;
    this.#config = parts.config;
    this.redisUrl = parts.redis.url;
    this.redis = new Redis(parts.redis.url);
    this.db = new pg.Pool({ connectionString: parts.database.url });
    this.db.on("error", () => undefined); // the database is dropped under it in the end
  }

  get databaseUrl(): string {
    return this.#database.url;
  }

  get url(): string {
    return this.#app.url;
  }

  /** One more process of the service, on the same ground. */
  async startApp(port?: number): Promise<RunningApp> {
    const chosen = port ?? (await freePort());
    const config: SessionConfig = {
      HOST: "127.0.0.1",
      LOG_LEVEL: "fatal",
      PORT: chosen,
      DATABASE_URL: this.#database.url,
      REDIS_URL: this.redisUrl,
      AUTH_URL: this.auth.url,
      SERVICE_SECRET: serviceSecret,
      ROOM_SEATS: 4,
      RUNS_WAITING_MAX: 500,
      ROOM_SEAT_GRACE_MS: 30_000,
      ...this.#config,
    };
    const { close } = await startApp(config, logger);
    const app: RunningApp = {
      url: `http://127.0.0.1:${chosen}`,
      close: async () => {
        if (this.#apps.delete(app)) await close();
      },
    };
    this.#apps.add(app);
    return app;
  }

  async stop(): Promise<void> {
    await this.#app.close();
  }

  /** Starts the service that was stopped, at the same address. */
  async start(): Promise<void> {
    this.#app = await this.startApp(Number(new URL(this.#app.url).port));
  }

  /** Ends the service and starts it at the same address. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  user(claims: { name?: string; role?: "admin" | "member"; sub?: string; exp?: number } = {}): TestUser {
    const { sub: userId = randomUUID() } = claims;
    return { userId, token: this.auth.tokens.user({ ...claims, sub: userId }) };
  }

  guestToken(
    sessionId: string,
    claims: { sub?: string; name?: string; role?: Role; inviteId?: string; exp?: number } = {},
  ): string {
    return this.auth.tokens.guest(sessionId, claims);
  }

  async request(path: string, init: { token?: string; method?: string; body?: unknown } = {}): Promise<Response> {
    return await fetch(new URL(path, this.url), {
      method: init.method ?? (init.body === undefined ? "GET" : "POST"),
      headers: {
        ...(init.token === undefined ? {} : { authorization: `Bearer ${init.token}` }),
        ...(init.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
  }

  /** A session of a new interviewer. */
  async createSession(title = "Interview"): Promise<Session & { owner: TestUser }> {
    const owner = this.user();
    const answer = await this.request("/api/sessions", { token: owner.token, body: { title, language: "python" } });
    if (answer.status !== 200) throw new Error(`No session was made: ${await answer.text()}`);
    return { ...((await answer.json()) as Session), owner }; // the routes' own test holds its shape
  }

  connect(sessionId: string, token: string | undefined, url = this.url): TestClient {
    return new TestClient({ url, sessionId, token });
  }

  /** A client that is in, with its welcome read. */
  async join(sessionId: string, token: string, url = this.url): Promise<TestClient> {
    const client = this.connect(sessionId, token, url);
    await client.next("welcome");
    return client;
  }

  /** A client that is in and has the session's document open. */
  async edit(sessionId: string, token: string, url = this.url): Promise<{ client: TestClient } & OpenedDocument> {
    const client = this.connect(sessionId, token, url);
    const { documentId } = (await client.next("welcome")).session;
    const { revision, text } = await client.openDocument(documentId);
    return { client, documentId, revision, text };
  }

  /** A document's text as its log in Postgres makes it, after checking that the log has no gap. */
  async foldLog(documentId: string, start: string): Promise<{ revision: number; text: string }> {
    const { rows } = await this.db.query<{ revision: number; operation: TextOperation }>(
      `select revision, body::json -> 'operation' as operation from event
       where document_id = $1 and kind = 'operation' order by revision`,
      [documentId],
    );
    rows.forEach(({ revision }, index) => {
      if (revision !== index + 1) throw new Error(`The log has ${revision} where ${index + 1} belongs.`);
    });
    return { revision: rows.length, text: rows.reduce((text, { operation }) => apply(text, operation), start) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#apps].map((app) => app.close()));
    this.redis.disconnect();
    await this.db.end();
    await Promise.all([this.auth.close(), this.#testRedis.close(), this.#database.close()]);
  }
}

interface OpenedDocument {
  readonly documentId: string;
  readonly revision: number;
  readonly text: string;
}
