import cookie from "@fastify/cookie";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { addMetricsRoute, createMetrics } from "@greenroom/shared/node/metrics.ts";
import { createServer, type Server } from "@greenroom/shared/node/server.ts";
import type { Redis } from "ioredis";
import { checkOrigin } from "./check-origin.ts";
import type { Context, Settings } from "./context.ts";
import { createCookies } from "./cookies.ts";
import { pingDatabase } from "./db/ping.ts";
import type { Schema } from "./db/schema.ts";
import { AuthMetrics } from "./metrics.ts";
import type { Passwords } from "./password.ts";
import { createRateLimit } from "./rate-limit.ts";
import { addAccountInviteRoutes } from "./routes/account-invites.ts";
import { addApiKeyRoutes } from "./routes/api-keys.ts";
import { addInternalRoutes } from "./routes/internal.ts";
import { addInviteRoutes } from "./routes/invites.ts";
import { addKeysRoute } from "./routes/keys.ts";
import { addLoginRoute } from "./routes/login.ts";
import { addLogoutRoute } from "./routes/logout.ts";
import { addMeRoute } from "./routes/me.ts";
import { addRefreshRoute } from "./routes/refresh.ts";
import { addRegisterRoute } from "./routes/register.ts";
import { addSetupRoute } from "./routes/setup.ts";
import { addUserRoutes } from "./routes/users.ts";
import type { Tokens } from "./tokens.ts";
import { redisAnswersWithinMs, within } from "./within.ts";

export interface AppDeps {
  readonly settings: Settings;
  readonly serviceSecret: string;
  readonly logger: Logger;
  readonly database: Database<Schema>;
  readonly redis: Redis;
  readonly tokens: Tokens;
  readonly passwords: Passwords;
  /** Milliseconds since the epoch; the system's clock unless told otherwise. */
  readonly now?: () => number;
}

/** The auth service, ready to listen. Whoever gave it database and Redis closes them, after the server. */
export async function createApp(deps: AppDeps): Promise<Server> {
  const { settings, serviceSecret, logger, database, redis, tokens, passwords, now = Date.now } = deps;
  const server = createServer({
    logger,
    ready: async () => {
      await Promise.all([pingDatabase(database), within(redisAnswersWithinMs, redis.ping())]);
    },
  });
  const numbers = createMetrics();
  const metrics = new AuthMetrics(numbers);
  metrics.watch(server);
  addMetricsRoute(server, numbers);
  await server.register(cookie);
  checkOrigin(server, settings.PUBLIC_URL);
  // Answers carry tokens (RFC 6749 5.1).
  server.addHook("onRequest", async (_request, reply) => void reply.header("cache-control", "no-store"));
  const context: Context = {
    server,
    guards: { verifyAccessToken: tokens.verify, serviceSecret },
    settings,
    logger,
    database,
    redis,
    tokens,
    passwords,
    cookies: createCookies(settings.PUBLIC_URL),
    limitAttempts: createRateLimit(redis),
    metrics,
    now,
  };
  addSetupRoute(context);
  addRegisterRoute(context);
  addLoginRoute(context);
  addRefreshRoute(context);
  addLogoutRoute(context);
  addMeRoute(context);
  addUserRoutes(context);
  addAccountInviteRoutes(context);
  addInviteRoutes(context);
  addKeysRoute(context);
  addApiKeyRoutes(context);
  addInternalRoutes(context);
  return server;
}
