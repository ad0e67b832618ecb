import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { findMediaWorker } from "../prepare/media-worker.ts";
import { DataLock } from "./data-lock.ts";
import { readLogLine, type LogLine } from "./log-line.ts";
import { chooseMediaPort, choosePort, findTakenMediaPort, usualMediaPort } from "./ports.ts";
import { Secrets } from "./secrets.ts";
import {
  chosenSettings,
  serviceNames,
  serviceSettings,
  urlOf,
  type ServiceContext,
  type ServiceName,
} from "./services.ts";
import { startStores } from "./stores.ts";
import { SupervisedService } from "./supervise.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface StackOptions {
  /** Everything the stack keeps: databases, secrets, logs. Made when missing; one stack at a time. */
  readonly dataDir: string;
  /** The gateway's; 0 (the default) is any free one, so that stacks can run side by side. */
  readonly port?: number;
  /** Settings for the services, as in `.env.example`; DATABASE_URL and REDIS_URL name servers that are there already. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: all that this machine can run. */
  readonly services?: readonly ServiceName[];
  /** Told what the services log, and what the stack itself has to say. */
  readonly log?: (line: LogLine) => void;
  /** Start services again when their sources change. */
  readonly watch?: boolean;
}

export interface Stack {
  /** Where a browser finds it. */
  readonly url: string;
  /** Makes the first account the administrator's. */
  readonly setupCode: string;
  readonly ports: Readonly<Record<ServiceName, number>>;
  pid(service: ServiceName): number | undefined;
  /** Signals the service's process; a dead service is started again at once. */
  kill(service: ServiceName, signal: NodeJS.Signals): void;
  /** Resolves when the service has been started again since the last `kill` of it, and is ready. */
  restarted(service: ServiceName): Promise<void>;
  /** Stops everything that was started, in reverse order. Idempotent. */
  close(): Promise<void>;
}

async function choosePorts(wanted: number, host: string): Promise<Record<ServiceName, number>> {
  const gateway = await choosePort(wanted, host);
  return {
    auth: await freePort(),
    session: await freePort(),
    judge: await freePort(),
    executor: await freePort(),
    media: await freePort(),
    gateway,
  };
}

/** Of a stack on a port that nobody chose calls are on such ones, too; and where the usual one is taken and none was chosen. */
async function chooseMediaPortFor({ port = 0, env = {} }: StackOptions): Promise<number> {
  const workers = Number(env["MEDIA_WORKERS"] ?? 1);
  const chosen = env["MEDIA_PORT"];
  if (chosen !== undefined) return chooseMediaPort(Number(chosen), workers);
  const usualIsFree = port !== 0 && (await findTakenMediaPort(usualMediaPort, workers)) === undefined;
  return chooseMediaPort(usualIsFree ? usualMediaPort : 0, workers);
}

/** One old log of each kind is kept. */
function rotate(logDir: string, names: readonly string[]): void {
  for (const name of names) {
    const file = join(logDir, `${name}.log`);
    if (existsSync(file)) renameSync(file, `${file}.1`);
  }
}

function startService(name: ServiceName, context: ServiceContext, options: StackOptions, logDir: string) {
  return SupervisedService.create({
    name,
    url: urlOf(context.ports, name),
    process: {
      command: process.execPath,
      args: [
        ...(options.watch ? ["--watch", "--watch-preserve-output"] : []),
        join(root, `services/${name}/src/main.ts`),
      ],
      cwd: root,
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        TZ: process.env["TZ"],
        NODE_ENV: "production",
        NODE_NO_WARNINGS: "1",
        // Compiled code of the last start: a service that died is back sooner.
        NODE_COMPILE_CACHE: join(root, "node_modules/.cache/greenroom-compile"),
        ...serviceSettings(name, context),
        ...chosenSettings(options.env ?? {}),
      },
      logFile: join(logDir, `${name}.log`),
      onLine: (line) => options.log?.(readLogLine(name, line)),
    },
    onDeath: ({ exit, restartInMs }) => {
      const text = `ended (${exit.signal ?? exit.code}) and is started again${restartInMs ? ` in ${restartInMs} ms` : ""}`;
      options.log?.({ source: name, level: 40, text });
    },
  });
}

/**
 * Brings up Greenroom as ordinary processes and waits until every service is ready. What `npm start` runs; the
 * end-to-end tests and the benches run it too, each with a data directory of its own.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dataDir = resolve(options.dataDir);
  const logDir = join(dataDir, "logs");
  mkdirSync(logDir, { recursive: true });
  const { env = {} } = options;
  const host = env["HOST"] ?? "127.0.0.1";
  await using started = new AsyncDisposableStack();
  const lock = await DataLock.create(dataDir, `process ${process.pid}`);
  started.defer(() => lock.close());
  const ports = await choosePorts(options.port ?? 0, host);
  const mediaWorker = env["MEDIASOUP_WORKER_BIN"] ?? findMediaWorker();
  const names = (options.services ?? serviceNames).filter((name) => name !== "media" || mediaWorker !== undefined);
  const url = env["PUBLIC_URL"] ?? `http://localhost:${ports.gateway}`;
  rotate(logDir, ["postgres", "redis", ...serviceNames]);
  const secrets = Secrets.create(join(dataDir, "secrets"));
  const stores = await startStores({
    dataDir,
    logDir,
    secrets,
    databaseUrl: env["DATABASE_URL"],
    redisUrl: env["REDIS_URL"],
    note: (text) => options.log?.({ source: "stack", level: 40, text }),
    onStarted: (server) => started.defer(() => server.close()),
  });
  const context: ServiceContext = {
    id: createHash("sha256").update(dataDir).digest("hex").slice(0, 12),
    ports,
    host,
    mediaPort: names.includes("media") ? await chooseMediaPortFor(options) : 0,
    mediaWorker: names.includes("media") ? mediaWorker : undefined,
    publicUrl: url,
    webRoot: join(root, "apps/web/dist"),
    files: {
      authDatabaseUrl: secrets.write("auth-database-url", stores.authDatabaseUrl),
      sessionDatabaseUrl: secrets.write("session-database-url", stores.sessionDatabaseUrl),
      judgeDatabaseUrl: secrets.write("judge-database-url", stores.judgeDatabaseUrl),
      redisUrl: secrets.write("redis-url", stores.redisUrl),
      signingKey: secrets.path("signing-key"),
      serviceSecret: secrets.path("service-secret"),
      setupCode: secrets.path("setup-code"),
    },
  };
  const services = new Map(names.map((name) => [name, startService(name, context, options, logDir)]));
  started.defer(async () => void (await Promise.all([...services.values()].map((service) => service.close()))));
  await Promise.all([...services.values()].map((service) => service.untilHealthy()));
  return stackOf({ url, setupCode: secrets.value("setup-code"), ports, services, owned: started.move() });
}

function stackOf(parts: {
  url: string;
  setupCode: string;
  ports: Record<ServiceName, number>;
  services: Map<ServiceName, SupervisedService>;
  owned: AsyncDisposableStack;
}): Stack {
  const { services, owned, ...facts } = parts;
  const find = (name: ServiceName): SupervisedService => {
    const service = services.get(name);
    if (!service) throw new Error(`This stack runs without the ${name} service.`);
    return service;
  };
  let closing: Promise<void> | undefined;
  return {
    ...facts,
    pid: (name) => find(name).pid,
    kill: (name, signal) => find(name).kill(signal),
    restarted: (name) => find(name).restarted(),
    close: () => (closing ??= owned.disposeAsync()),
  };
}
