import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { AddressInfo } from "node:net";
import { createAccessTokenVerifier, type VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import { createDatabase, type Database, migrate } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { addMetricsRoute, createMetrics } from "@greenroom/shared/node/metrics.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import { createServer, type Server } from "@greenroom/shared/node/server.ts";
import type { Redis } from "ioredis";
import { type CallService, createServiceClient } from "@greenroom/shared/node/service-client.ts";
import type { SessionConfig } from "./config.ts";
import { migrations } from "./db/migrations.ts";
import { pingDatabase } from "./db/ping-database.ts";
import type { SessionDatabase } from "./db/schema.ts";
import { LogWriter } from "./log/log-writer.ts";
import { StateSnapshots } from "./log/state-snapshots.ts";
import { SessionMetrics, watchNumbers } from "./metrics.ts";
import { RoomRegistry } from "./room/room-registry.ts";
import { hasLostAccess, StandingWatch } from "./room/standing-watch.ts";
import { RecordSigner } from "./session/record-signer.ts";
import { verifyStanding } from "./verify-standing.ts";
import { addHistoryRoutes } from "./routes/history.ts";
import { addInviteRoutes } from "./routes/invites.ts";
import { addProblemRoutes } from "./routes/problems.ts";
import { addSessionRoutes } from "./routes/sessions.ts";
import { addSocketRoute } from "./routes/socket.ts";
import { addStandingRoute } from "./routes/standing.ts";
import { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import { AvailabilityWatch } from "@greenroom/shared/node/runs/run-availability.ts";
import { ForgottenRuns } from "./run/forgotten-runs.ts";
import { RunQueue } from "@greenroom/shared/node/runs/run-queue.ts";

/** Two for what rooms commit together, the others for what has a transaction to itself. */
const commitConnections = 6;

/** What the service stands on, in the order in which it is closed, backwards. */
async function connect(config: SessionConfig, logger: Logger) {
  const db = createDatabase<SessionDatabase>(config.DATABASE_URL, logger);
  await migrate(db, migrations);
  // Apart: whoever reads much must not keep those waiting who write.
  const commits = createDatabase<SessionDatabase>(config.DATABASE_URL, logger, commitConnections);
  const redis = createRedis(config.REDIS_URL, logger);
  const subscribing = createRedis(config.REDIS_URL, logger, true);
  const queue = await RunQueue.create({ redisUrl: config.REDIS_URL, logger });
  const availability = await AvailabilityWatch.create({ redis, logger });
  return {
    db,
    commits,
    redis,
    queue,
    availability,
    subscriber: new Subscriber(subscribing),
    close: async () => {
      availability.close();
      await queue.close();
      subscribing.disconnect();
      redis.disconnect();
      await Promise.all([commits.destroy(), db.destroy()]);
    },
  };
}

async function ping({ db, redis }: { db: Database<SessionDatabase>; redis: Redis }): Promise<void> {
  await Promise.all([pingDatabase(db), redis.ping()]);
}

/** The session service, listening. */
export async function startApp(config: SessionConfig, logger: Logger): Promise<{ close: () => Promise<void> }> {
  const ground = await connect(config, logger);
  const { db, redis, availability, subscriber } = ground;
  const verifyAccessToken = createAccessTokenVerifier(new URL("/api/auth/keys", config.AUTH_URL).href);
  const callAuth = createServiceClient({ name: "auth", url: config.AUTH_URL, serviceSecret: config.SERVICE_SECRET });
  const numbers = createMetrics();
  const self = { processId: randomUUID(), url: config.ADVERTISED_URL ?? "" };
  const metrics = new SessionMetrics(numbers);
  const deps = {
    ...ground,
    logWriter: new LogWriter({ db: ground.commits, metrics }),
    snapshots: new StateSnapshots({ db, logger }),
    logger,
    seats: config.ROOM_SEATS,
    seatGraceMs: config.ROOM_SEAT_GRACE_MS,
    runsWaitingMax: config.RUNS_WAITING_MAX,
    metrics,
  };
  const rooms = new RoomRegistry({ deps, redis, self, logger });
  watchNumbers(numbers, { rooms: () => rooms.rooms(), waiting: () => ground.queue.countWaiting() });

  const server = createServer({ logger, ready: () => ping(ground) });
  addMetricsRoute(server, numbers);
  const { SERVICE_SECRET: serviceSecret } = config;
  await addRoutes(server, { db, redis, rooms, metrics, verifyAccessToken, callAuth, serviceSecret, logger });
  availability.onChange((current) => {
    for (const room of rooms.rooms()) room.announceAvailability(current);
  });
  const forgotten = ForgottenRuns.create({ db, registry: rooms, logger });
  const signer = RecordSigner.create({ db, callAuth, subscriber, logger });
  const standing = StandingWatch.create({ registry: rooms, callAuth, subscriber, logger });

  await server.listen({ host: config.HOST, port: config.PORT });
  self.url ||= reachableUrl(config.HOST, server.server.address() as AddressInfo); // it listens on TCP, never on a pipe
  logger.info({ url: self.url }, "The session service listens");
  return {
    close: async () => {
      standing.close();
      await Promise.all([forgotten.close(), signer.close()]);
      await rooms.close();
      await deps.snapshots.close();
      await server.close();
      await ground.close();
    },
  };
}

async function addRoutes(
  server: Server,
  deps: {
    db: Database<SessionDatabase>;
    redis: Redis;
    rooms: RoomRegistry;
    metrics: SessionMetrics;
    verifyAccessToken: VerifyAccessToken;
    callAuth: CallService;
    serviceSecret: string;
    logger: Logger;
  },
): Promise<void> {
  const { db, redis, rooms, metrics, verifyAccessToken, callAuth, serviceSecret, logger } = deps;
  const guards = { verifyAccessToken: verifyStanding({ verifyAccessToken, callAuth, logger }) };
  addSessionRoutes(server, { db, redis, guards, logger });
  addHistoryRoutes(server, { db, guards });
  addProblemRoutes(server, { db, guards, logger });
  addStandingRoute(server, { db, rooms, guards: { serviceSecret }, callAuth, logger });
  addInviteRoutes(server, { db, guards, callAuth });
  await addSocketRoute(server, {
    registry: rooms,
    verifyAccessToken,
    metrics,
    hasLostAccess: (claims) => hasLostAccess(callAuth, claims),
    logger,
  });
}

/** How the gateway reaches this process unless ADVERTISED_URL says otherwise: by this machine's name. */
function reachableUrl(host: string, { port }: AddressInfo): string {
  const isEverywhere = host === "0.0.0.0" || host === "::";
  return `http://${isEverywhere ? hostname() : host}:${port}`;
}
