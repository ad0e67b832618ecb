import { createLogger } from "@greenroom/shared/node/logger.ts";
import { accessTokenPrefix, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { WebSocket } from "ws";
import { createApp } from "../app.ts";
import { type GatewayConfig, loadGatewayConfig } from "../config.ts";
import { Service, type ServiceOptions } from "./service.ts";
import { TokenMaker } from "@greenroom/shared/testing/token-maker.ts";

/** Nothing ever listens there: a Redis that is down. */
const noRedis = "redis://127.0.0.1:1";

/** A gateway with an auth, a session and a judge service of its own behind it. */
export class Door {
  readonly tokens: TokenMaker;
  readonly auth: Service;
  readonly session: Service;
  readonly judge: Service;
  readonly url: string;
  readonly #app: Awaited<ReturnType<typeof createApp>>;
  readonly #clients = new Set<WebSocket>();

  private constructor(parts: Pick<Door, "tokens" | "auth" | "session" | "judge" | "url">, app: Door["app"]) {
    this.tokens = parts.tokens;
    this.auth = parts.auth;
    this.session = parts.session;
    this.judge = parts.judge;
    this.url = parts.url;
    this.#app = app;
  }

  static async create(
    options: {
      session?: ServiceOptions;
      judge?: ServiceOptions;
      auth?: ServiceOptions;
      config?: Partial<Record<keyof GatewayConfig, string>>;
    } = {},
  ): Promise<Door> {
    const tokens = new TokenMaker();
    const auth = await Service.create({
      onRequest: (request, response) => {
        if (request.url === "/api/auth/keys") response.end(JSON.stringify(tokens.keySet));
        else options.auth?.onRequest?.(request, response);
      },
    });
    const session = await Service.create(options.session);
    const judge = await Service.create(options.judge);
    const config = loadGatewayConfig({
      AUTH_URL: auth.url,
      SESSION_URL: session.url,
      JUDGE_URL: judge.url,
      REDIS_URL: noRedis,
      WEB_ROOT: "/nonexistent",
      ...options.config,
    });
    const app = await createApp({ config, logger: createLogger("gateway", "silent") });
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    return new Door({ tokens, auth, session, judge, url }, app);
  }

  get app(): Awaited<ReturnType<typeof createApp>> {
    return this.#app;
  }

  /** A client's socket of a session; by default of a good guest. */
  connect(
    sessionId: string,
    options: { token?: string; protocols?: string[]; origin?: string; autoPong?: boolean; path?: string } = {},
  ): WebSocket {
    const { token = this.tokens.guest(sessionId), origin, autoPong = true } = options;
    const protocols = options.protocols ?? [subprotocol, accessTokenPrefix + token];
    const client = new WebSocket(new URL(options.path ?? socketPath(sessionId), this.url), protocols, {
      autoPong,
      ...(origin === undefined ? {} : { origin }),
    });
    client.on("error", () => {});
    this.#clients.add(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.terminate();
    await Promise.all([this.#app.close(), this.auth.kill(), this.session.kill(), this.judge.kill()]);
  }
}
