import { createAccessTokenVerifier } from "@greenroom/shared/node/access-token.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { createServer, type Server } from "@greenroom/shared/node/server.ts";
import type { GatewayConfig } from "./config.ts";
import { createFailFastRedis } from "./fail-fast-redis.ts";
import { addRateLimit } from "./rate-limit.ts";
import { createMetricsServer, GatewayMetrics } from "./metrics.ts";
import { readyCheck } from "./ready.ts";
import { addRequestLog } from "./request-log.ts";
import { addDocsRoutes } from "./routes/docs.ts";
import { addFrameRoutes } from "./routes/frames.ts";
import { addHttpRoutes } from "./routes/http.ts";
import { addJudgeRoutes } from "./routes/judge.ts";
import { addSocketRoutes } from "./routes/socket.ts";
import { addWebRoutes } from "./routes/web.ts";
import { addSecurityHeaders } from "./security-headers.ts";
import { addSockets } from "./socket/sockets.ts";

/** The largest body of a request that is passed on, in bytes. */
const bodyLimit = 2 * 1024 * 1024;

/** The public door, not yet listening. */
export async function createApp({ config, logger }: { config: GatewayConfig; logger: Logger }): Promise<Server> {
  const redis = createFailFastRedis(config.REDIS_URL, logger);
  const trustProxy = config.TRUST_PROXY === "none" ? false : config.TRUST_PROXY;
  const server = createServer({ logger, ready: readyCheck(config, redis), bodyLimit, trustProxy });
  // Slow senders of headers and bodies are cut off here, because nothing need stand in front of this door.
  server.server.headersTimeout = 20_000;
  server.server.requestTimeout = 60_000;
  server.addHook("onClose", async () => redis.disconnect());

  const metrics = new GatewayMetrics();
  metrics.watch(server);
  await serveMetrics(server, { metrics, config, logger });
  addRequestLog(server);
  await addSecurityHeaders(server, config.PUBLIC_URL);
  await addRateLimit(server, { redis, logger, requestsPerMinute: config.REQUESTS_PER_MINUTE });
  const verifyAccessToken = createAccessTokenVerifier(new URL("/api/auth/keys", config.AUTH_URL).href);
  const sockets = await addSockets(server, config);
  const door = { ...sockets, config, redis, logger, metrics, verifyAccessToken };
  addSocketRoutes(server, door);
  await addFrameRoutes(server, door);
  await addJudgeRoutes(server, { ...sockets, config, logger, metrics });
  await addHttpRoutes(server, config);
  await addDocsRoutes(server, config.PUBLIC_URL);
  await addWebRoutes(server, config.WEB_ROOT);
  return server;
}

/** Beside the public server, on a port of their own, for as long as that one listens. */
async function serveMetrics(
  server: Server,
  { metrics, config, logger }: { metrics: GatewayMetrics; config: GatewayConfig; logger: Logger },
): Promise<void> {
  const { METRICS_PORT: port, HOST: host } = config;
  if (port === undefined) return;
  const beside = createMetricsServer(metrics.registry, logger);
  server.addHook("onListen", async () => {
    await beside.listen({ host, port });
  });
  server.addHook("onClose", async () => beside.close());
}
