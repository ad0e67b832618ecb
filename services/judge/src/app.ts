import type { AddressInfo } from "node:net";
import websocket from "@fastify/websocket";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { createDatabase, migrate } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { addMetricsRoute, createMetrics } from "@greenroom/shared/node/metrics.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import { AvailabilityWatch } from "@greenroom/shared/node/runs/run-availability.ts";
import { RunQueue } from "@greenroom/shared/node/runs/run-queue.ts";
import { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import { createServer, type Server } from "@greenroom/shared/node/server.ts";
import { Allowance } from "./allowance.ts";
import { CallbackHosts } from "./callback/callback-hosts.ts";
import { Deliveries } from "./callback/deliveries.ts";
import type { JudgeConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { migrations } from "./db/migrations.ts";
import { pingDatabase } from "./db/ping-database.ts";
import type { JudgeDatabase } from "./db/schema.ts";
import { KeyCheck } from "./key-check.ts";
import { JudgeMetrics, watchNumbers } from "./metrics.ts";
import { addConnectRoute } from "./piston/connect.ts";
import { addPistonRoutes } from "./piston/routes.ts";
import { addLanguagesRoute } from "./routes/languages.ts";
import { addRunEventsRoute } from "./routes/run-events.ts";
import { addRunRoutes } from "./routes/runs.ts";
import { ForgottenRuns } from "./run/forgotten-runs.ts";
import { Runs } from "./run/runs.ts";

/** Eight megabytes of test cases, a program, a checker and an interactor, as JSON and in base64. */
const maxBodyBytes = 16 * 1024 * 1024;
/** A process that stops has ten seconds in all. */
const keepWaitingMs = 4_000;
/** One message of a client of Piston's, which may hold a program. */
const maxMessageBytes = 2 * 1024 * 1024;

/** What the service stands on. */
async function connect(config: JudgeConfig, logger: Logger) {
  const db = createDatabase<JudgeDatabase>(config.DATABASE_URL, logger);
  await migrate(db, migrations);
  const redis = createRedis(config.REDIS_URL, logger);
  const subscribing = createRedis(config.REDIS_URL, logger, true);
  const queue = await RunQueue.create({ redisUrl: config.REDIS_URL, logger });
  const availability = await AvailabilityWatch.create({ redis, logger });
  return {
    db,
    redis,
    queue,
    availability,
    subscriber: new Subscriber(subscribing),
    close: async () => {
      availability.close();
      await queue.close();
      subscribing.disconnect();
      redis.disconnect();
      await db.destroy();
    },
  };
}

/** The judge, listening. */
export async function startApp(
  config: JudgeConfig,
  logger: Logger,
): Promise<{ port: number; close: () => Promise<void> }> {
  const ground = await connect(config, logger);
  const { db, redis, queue } = ground;
  const registry = createMetrics();
  const metrics = new JudgeMetrics(registry);
  const allowance = new Allowance({
    redis,
    waitingKeys: queue.waitingKeys,
    waitingMax: config.RUNS_WAITING_MAX,
    keyless: { perMinute: config.KEYLESS_RUNS_PER_MINUTE, atOnce: config.KEYLESS_RUNS_AT_ONCE },
  });
  const callbackHosts = new CallbackHosts({
    hosts: config.CALLBACK_HOSTS,
    privateHosts: config.CALLBACK_PRIVATE_HOSTS,
  });
  const deliveries = Deliveries.create({ db, hosts: callbackHosts, metrics, logger });
  const giveBack = (countedIn: string, runId: string) => allowance.giveBack(countedIn, runId);
  const runs = Runs.create({ ...ground, giveBack, onCallbackDue: deliveries.look, logger });
  const forgotten = ForgottenRuns.create({ db, runs, keptDays: config.RUNS_KEPT_DAYS, logger });
  watchNumbers(registry, { followed: () => runs.count, waiting: () => queue.countWaiting() });

  const server = await createJudgeServer({ ...ground, logger });
  addMetricsRoute(server, registry);
  const keys = new KeyCheck({
    authUrl: config.AUTH_URL,
    serviceSecret: config.SERVICE_SECRET,
    keylessRuns: config.KEYLESS_RUNS === "on",
  });
  const guards = { checkKey: keys.check };
  const closing = abortedWhenClosing(server);
  await addRoutes(server, { ...ground, guards, keys, runs, allowance, callbackHosts, metrics, closing, logger });

  await server.listen({ host: config.HOST, port: config.PORT });
  // It listens on TCP, never on a pipe.
  const { port } = server.server.address() as AddressInfo;
  logger.info({ port }, "The judge listens");
  return {
    port,
    close: async () => {
      await server.close();
      await forgotten.close();
      await runs.close();
      await deliveries.close();
      await ground.close();
    },
  };
}

/** Whoever waits for a run when this process stops is kept waiting a little longer, and then told where the run is. */
function abortedWhenClosing(server: Server): AbortSignal {
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  server.addHook("preClose", async () => {
    timer = setTimeout(() => closing.abort(), keepWaitingMs);
  });
  server.addHook("onClose", async () => clearTimeout(timer));
  return closing.signal;
}

async function createJudgeServer(ground: Pick<Context, "db" | "redis" | "logger">): Promise<Server> {
  const ready = async (): Promise<void> => {
    await Promise.all([pingDatabase(ground.db), ground.redis.ping()]);
  };
  const server = createServer({ logger: ground.logger, ready, bodyLimit: maxBodyBytes });
  // There are clients of Piston's that send JSON and call it text.
  server.removeContentTypeParser("text/plain");
  server.addContentTypeParser("*", { parseAs: "string" }, server.getDefaultJsonParser("error", "error"));
  await server.register(websocket, { options: { maxPayload: maxMessageBytes, perMessageDeflate: false } });
  return server;
}

async function addRoutes(server: Server, context: Context): Promise<void> {
  server.addHook("onError", async (_request, _reply, error: unknown) => {
    context.metrics.refused(error instanceof ApiError ? error.code : "bad-request");
  });
  addRunRoutes(server, context);
  addRunEventsRoute(server, context);
  addLanguagesRoute(server, context);
  addPistonRoutes(server, context);
  addConnectRoute(server, context);
}
