import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { createAccessTokenVerifier } from "@greenroom/shared/node/access-token.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { addMetricsRoute, createMetrics } from "@greenroom/shared/node/metrics.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import { createServer } from "@greenroom/shared/node/server.ts";
import { createServiceClient } from "@greenroom/shared/node/service-client.ts";
import { setLogEventListeners } from "mediasoup";
import { type Addresses, readAddresses, readList } from "./addresses.ts";
import { createAskStanding } from "./ask-standing.ts";
import type { MediaConfig } from "./config.ts";
import { createIceServers } from "./ice-servers.ts";
import { MediaMetrics, watchNumbers } from "./metrics.ts";
import { RoomRegistry } from "./room-registry.ts";
import { addSocketRoute } from "./routes/socket.ts";
import { StandingWatch } from "./standing-watch.ts";
import { Workers } from "./workers.ts";

/** The media service, listening. */
export async function startApp(
  config: MediaConfig,
  logger: Logger,
): Promise<{ close: () => Promise<void>; workers: Workers; rooms: RoomRegistry }> {
  hearMediasoup(logger);
  const addresses = readAddresses(config);
  const makeIceServers = createIceServers({ urls: readList(config.TURN_URLS), secret: config.TURN_SECRET });
  const numbers = createMetrics();
  const metrics = new MediaMetrics(numbers);
  const workers = await startWorkers(config, { addresses, metrics, logger });
  const redis = createRedis(config.REDIS_URL, logger);
  const subscribing = createRedis(config.REDIS_URL, logger, true);
  const verifyAccessToken = createAccessTokenVerifier(new URL("/api/auth/keys", config.AUTH_URL).href);
  const session = { name: "session", url: config.SESSION_URL, serviceSecret: config.SERVICE_SECRET };
  const askStanding = createAskStanding(createServiceClient(session));
  const self = { processId: randomUUID(), url: config.ADVERTISED_URL ?? "" };
  const rooms = new RoomRegistry({ deps: { workers, metrics, logger }, redis, self });
  watchNumbers(numbers, { rooms, workers });

  const server = createServer({
    logger,
    ready: async () => {
      if (!workers.areAllAlive) throw new Error("A Worker is being replaced.");
      await redis.ping();
    },
  });
  addMetricsRoute(server, numbers);
  const { announced } = addresses;
  const requests = { verifyAccessToken, askStanding, makeIceServers, announced, metrics };
  await addSocketRoute(server, { ...requests, registry: rooms, logger });
  const watch = new StandingWatch({ registry: rooms, askStanding, subscriber: new Subscriber(subscribing), logger });
  await server.listen({ host: config.HOST, port: config.PORT });
  self.url ||= reachableUrl(config.HOST, server.server.address() as AddressInfo); // it listens on TCP, never on a pipe
  logger.info({ url: self.url, ...addresses }, "The media service listens");
  return {
    workers,
    rooms,
    close: async () => {
      watch.close();
      await rooms.close();
      workers.close();
      await server.close();
      subscribing.disconnect();
      redis.disconnect();
    },
  };
}

function startWorkers(
  config: MediaConfig,
  { addresses, metrics, logger }: { addresses: Addresses; metrics: MediaMetrics; logger: Logger },
): Promise<Workers> {
  return Workers.create({
    count: config.MEDIA_WORKERS,
    addresses,
    port: config.MEDIA_PORT,
    workerBin: config.MEDIASOUP_WORKER_BIN,
    maxCpu: config.MEDIA_MAX_WORKER_CPU,
    onDied: () => metrics.workerDied(),
    logger,
  });
}

/** What mediasoup itself has to say, in our log. */
function hearMediasoup(logger: Logger): void {
  setLogEventListeners({
    onwarn: (namespace, log) => logger.debug({ namespace }, log),
    onerror: (namespace, log, error) => logger.warn({ namespace, err: error }, log),
  });
}

/** How the gateway reaches this process unless ADVERTISED_URL says otherwise: by this machine's name. */
function reachableUrl(host: string, { port }: AddressInfo): string {
  const isEverywhere = host === "0.0.0.0" || host === "::";
  return `http://${isEverywhere ? hostname() : host}:${port}`;
}
