import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { type LanguageId, languages } from "@greenroom/shared/languages.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { addMetricsRoute, createMetrics } from "@greenroom/shared/node/metrics.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import { createServer } from "@greenroom/shared/node/server.ts";
import type { ExecutorConfig } from "./config.ts";
import { EngineWatch } from "./engine-watch.ts";
import { createEquipment } from "./equipment.ts";
import { ExecutorMetrics, watchNumbers } from "./metrics.ts";
import { familiesOf, type Family, runtimes } from "./runtimes.ts";
import { DockerEngine } from "./sandbox/docker-sandbox.ts";
import { Images } from "./sandbox/images.ts";
import { SandboxPool } from "./sandbox/pool.ts";
import { startSandbox } from "./sandbox/sandboxes.ts";
import { sweepSandboxes } from "./sandbox/sweep.ts";
import { findLivingExecutors, isReadyElsewhere, StatusReporter } from "./status.ts";
import { WantedLanguages } from "./wanted-languages.ts";
import { RunWorker } from "./worker.ts";

/** Names settings that the engine's builder knows without being told. */
const proxySettings = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] as const;

/** The languages a setting names; all when there is none. Throws on a name that is none. */
export function chooseLanguages(setting: string | undefined, name = "SANDBOX_LANGUAGES"): LanguageId[] {
  const all = languages.map((language) => language.id);
  if (setting === undefined) return all;
  const names = setting.split(",").map((one) => one.trim());
  const unknown = names.find((one) => !all.some((id) => id === one));
  if (unknown !== undefined) throw new Error(`${name} names "${unknown}"; there are: ${all.join(", ")}.`);
  return all.filter((id) => names.includes(id));
}

/** What runs need, on one engine: images, sandboxes, and an eye on the engine. */
async function createSandboxes(options: {
  config: ExecutorConfig;
  executorId: string;
  offered: readonly LanguageId[];
  findLiving: () => Promise<Set<string>>;
  logger: Logger;
}) {
  const { config, executorId, logger } = options;
  const engine = new DockerEngine(config.DOCKER_SOCKET);
  const offered = familiesOf(options.offered);
  const prepared = chooseLanguages(config.SANDBOX_PREPARE, "SANDBOX_PREPARE");
  const proxies = proxySettings.flatMap((name) => (config[name] === undefined ? [] : [[name, config[name]] as const]));
  const images = new Images({
    engine,
    baseImage: config.SANDBOX_BASE_IMAGE,
    buildArguments: Object.fromEntries(proxies),
    offered,
    wanted: familiesOf(prepared).filter((family) => offered.includes(family)),
    logger,
  });
  const source = {
    engine,
    images,
    installation: config.SANDBOX_LABEL,
    executorId,
    cpus: config.SANDBOX_CPUS,
    runtime: config.SANDBOX_RUNTIME,
    unavailable: (): string | undefined => watch?.unavailable,
  };
  const pool = new SandboxPool({
    start: (family: Family) => startSandbox(source, family),
    logger,
    warm: config.SANDBOX_WARM,
    max: Math.max(config.SANDBOX_MAX, config.EXECUTOR_CONCURRENCY),
    idleMs: config.SANDBOX_IDLE_SECONDS * 1000,
  });
  images.onReady((family) => {
    if (images.isWanted(family)) pool.keepWarm(family);
  });
  let watch: EngineWatch | undefined;
  const isWarmable = (family: Family): boolean => images.find(family) !== undefined && images.isWanted(family);
  const onReady = async (): Promise<void> => {
    const living = (await options.findLiving()).add(executorId);
    await sweepSandboxes({ engine, installation: config.SANDBOX_LABEL, living, logger });
    for (const family of offered) if (isWarmable(family)) pool.keepWarm(family);
  };
  watch = await EngineWatch.create({ engine, images, onReady, logger });
  const equipment = createEquipment({ engine, images, runtime: config.SANDBOX_RUNTIME });
  return { images, pool, watch, equipment };
}

type Sandboxes = Awaited<ReturnType<typeof createSandboxes>>;

/** What this executor says of itself, at the moment it is asked. */
function describer(of: Pick<Sandboxes, "images" | "watch"> & { executorId: string; offered: readonly LanguageId[] }) {
  const { executorId, offered, images, watch } = of;
  const isReady = (id: LanguageId): boolean => images.find(runtimes[id].family) !== undefined;
  const isWanted = (id: LanguageId): boolean => images.isWanted(runtimes[id].family);
  return () => {
    const reason = watch.unavailable ?? images.problem;
    return {
      executorId,
      engine: watch.unavailable === undefined ? ("ready" as const) : ("unavailable" as const),
      ...(reason === undefined ? {} : { reason }),
      ready: offered.filter(isReady),
      preparing: offered.filter((id) => !isReady(id) && isWanted(id)),
      onDemand: offered.filter((id) => !isReady(id) && !isWanted(id)),
    };
  };
}

/** Somebody wants this language: its image is made, and from then on a sandbox is kept warm. */
function makeReady(id: LanguageId, { images, pool, watch }: Pick<Sandboxes, "images" | "pool" | "watch">): void {
  const { family } = runtimes[id];
  images.want(family);
  if (images.find(family) !== undefined) pool.keepWarm(family);
  else if (watch.unavailable === undefined) void images.prepare();
}

/** The executor, working. */
export async function startApp(config: ExecutorConfig, logger: Logger): Promise<{ close: () => Promise<void> }> {
  const executorId = `${hostname()}-${process.pid}-${randomBytes(4).toString("hex")}`;
  const offered = chooseLanguages(config.SANDBOX_LANGUAGES);
  const redis = createRedis(config.REDIS_URL, logger);
  const findLiving = (): Promise<Set<string>> => findLivingExecutors(redis);
  const sandboxes = await createSandboxes({ config, executorId, offered, findLiving, logger });
  const { images, pool, watch, equipment } = sandboxes;
  const isReady = (id: LanguageId): boolean => images.find(runtimes[id].family) !== undefined;
  const describe = describer({ executorId, offered, images, watch });
  const registry = createMetrics();
  const metrics = new ExecutorMetrics(registry);
  const worker = await RunWorker.create({
    redisUrl: config.REDIS_URL,
    pool: metrics.measure(pool),
    equipment,
    isBetterElsewhere: async ({ program: { language } }) =>
      (watch.unavailable !== undefined || !isReady(language)) && (await isReadyElsewhere(redis, executorId, language)),
    concurrency: config.EXECUTOR_CONCURRENCY,
    metrics,
    logger,
  });
  watchNumbers(registry, { queue: () => worker.countJobs(), pool: () => pool.stats() });
  const status = new StatusReporter({ redis, describe, logger });
  images.onReady(() => void status.report());
  const wishes = new WantedLanguages({ redis, onWanted: (id) => makeReady(id, { images, pool, watch }), logger });
  const server = createServer({ logger, ready: async () => void (await redis.ping()) });
  addMetricsRoute(server, registry);
  await server.listen({ host: config.HOST, port: config.PORT });
  logger.info({ executorId, port: config.PORT }, "The executor is at work");
  return {
    close: async () => {
      wishes.close();
      await status.close();
      await server.close();
      await worker.close();
      watch.close();
      await pool.close();
      redis.disconnect();
    },
  };
}
