import { randomUUID } from "node:crypto";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import type { Role } from "@greenroom/shared/roles.ts";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import { Redis } from "ioredis";
import { startApp } from "../app.ts";
import type { MediaConfig } from "../config.ts";
import { Neighbours, serviceSecret } from "./neighbours.ts";
import { TestBrowser } from "./test-browser.ts";

const logger = createLogger("media-test", process.env["TEST_LOG_LEVEL"] ?? "silent");

type App = Awaited<ReturnType<typeof startApp>> & { readonly url: string };

/** The real service with a real Worker on a real Redis; auth and session are played over the network. */
export class TestStack {
  readonly neighbours: Neighbours;
  readonly redis: Redis;
  readonly app: App;
  readonly #testRedis: TestRedis;
  readonly #config: Partial<MediaConfig>;
  readonly #apps: App[] = [];
  readonly #browsers = new Set<TestBrowser>();

  static async create(config: Partial<MediaConfig> = {}): Promise<TestStack> {
    const [testRedis, neighbours] = await Promise.all([createTestRedis(), Neighbours.create()]);
    const stack = { testRedis, neighbours, config };
    return new TestStack(stack, await start(stack));
  }

  private constructor(parts: { testRedis: TestRedis; neighbours: Neighbours; config: Partial<MediaConfig> }, app: App) {
    this.neighbours = parts.neighbours;
    this.#testRedis = parts.testRedis;
    this.#config = parts.config;
    this.redis = new Redis(parts.testRedis.url);
    this.app = app;
    this.#apps.push(app);
  }

  /** One more process of the service, on the same ground. */
  async startAnother(): Promise<App> {
    const app = await start({ testRedis: this.#testRedis, neighbours: this.neighbours, config: this.#config });
    this.#apps.push(app);
    return app;
  }

  async open(
    sessionId: string,
    options: { sub?: string; role?: Role; exp?: number; url?: string } = {},
  ): Promise<TestBrowser> {
    const { url = this.app.url, ...claims } = options;
    const browser = new TestBrowser({ url, sessionId, token: this.neighbours.tokens.guest(sessionId, claims) });
    this.#browsers.add(browser);
    void browser.closed().then(() => this.#browsers.delete(browser));
    return await browser.opened();
  }

  /** A browser that has joined, with its transports. */
  async join(
    sessionId: string,
    options: { sub?: string; role?: Role; url?: string } = {},
  ): Promise<TestBrowser & { participantId: string }> {
    const participantId = options.sub ?? randomUUID();
    const browser = await this.open(sessionId, { ...options, sub: participantId });
    await browser.join();
    return Object.assign(browser, { participantId });
  }

  async close(): Promise<void> {
    for (const browser of this.#browsers) browser.terminate();
    await Promise.all(this.#apps.map((app) => app.close()));
    this.redis.disconnect();
    await this.neighbours.close();
    await this.#testRedis.close();
  }
}

async function start(ground: {
  testRedis: TestRedis;
  neighbours: Neighbours;
  config: Partial<MediaConfig>;
}): Promise<App> {
  const [port, mediaPort] = await Promise.all([freePort(), freePort()]);
  const workerBin = process.env["MEDIASOUP_WORKER_BIN"];
  const app = await startApp(
    {
      HOST: "127.0.0.1",
      LOG_LEVEL: "silent",
      PORT: port,
      REDIS_URL: ground.testRedis.url,
      AUTH_URL: ground.neighbours.url,
      SESSION_URL: ground.neighbours.url,
      SERVICE_SECRET: serviceSecret,
      MEDIA_WORKERS: 1,
      MEDIA_PORT: mediaPort,
      MEDIA_LISTEN_ADDRESSES: "127.0.0.1",
      MEDIA_ANNOUNCED_ADDRESSES: "127.0.0.1",
      // However busy the machine is: tests of admission set a bound of their own.
      MEDIA_MAX_WORKER_CPU: 2,
      ...(workerBin === undefined ? {} : { MEDIASOUP_WORKER_BIN: workerBin }),
      ...ground.config,
    },
    logger,
  );
  return { ...app, url: `http://127.0.0.1:${port}` };
}
