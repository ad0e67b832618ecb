import { createHash } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { PostgresServer } from "@greenroom/shared/testing/postgres-server.ts";
import { RedisServer } from "@greenroom/shared/testing/redis-server.ts";
import { ensureServiceUser, userCan } from "@greenroom/shared/testing/service-user.ts";
import { provideDatabases } from "./databases.ts";
import type { Secrets } from "./secrets.ts";

export interface Stores {
  readonly authDatabaseUrl: string;
  readonly sessionDatabaseUrl: string;
  readonly judgeDatabaseUrl: string;
  readonly redisUrl: string;
}

export interface StoresOptions {
  readonly dataDir: string;
  readonly logDir: string;
  readonly secrets: Secrets;
  /** A Postgres that is there already: the URL of a role that may make roles and databases. */
  readonly databaseUrl?: string | undefined;
  /** A Redis that is there already. */
  readonly redisUrl?: string | undefined;
  readonly note: (text: string) => void;
  /** Is given each server to close, in the order of their starting. */
  readonly onStarted: (server: { close(): Promise<void> }) => void;
}

/** The data directory itself, or one below /var/lib when the servers' own user may not walk into it (below /root, say). */
function homeOfServers({ dataDir, note }: StoresOptions): string {
  chmodSync(dataDir, 0o711);
  if (userCan(ensureServiceUser(), { flag: "-x", path: dataDir })) return dataDir;
  const home = join("/var/lib/greenroom", createHash("sha256").update(dataDir).digest("hex").slice(0, 12));
  const isNew = mkdirSync(home, { recursive: true, mode: 0o711 }) !== undefined;
  if (isNew) note(`The data of Postgres and Redis is kept in ${home}: their user may not enter ${dataDir}.`);
  return home;
}

async function startPostgres(options: StoresOptions, home: string): Promise<string> {
  const server = await PostgresServer.create({
    dataDir: join(home, "postgres"),
    logFile: join(options.logDir, "postgres.log"),
    password: options.secrets.value("postgres-password"),
  });
  options.onStarted(server);
  return server.url();
}

async function startRedis(options: StoresOptions, home: string): Promise<string> {
  const server = await RedisServer.create({
    dataDir: join(home, "redis"),
    logFile: join(options.logDir, "redis.log"),
    password: options.secrets.value("redis-password"),
  });
  options.onStarted(server);
  return server.url;
}

/** Postgres and Redis: those that the settings name, or our own with their data in the data directory. */
export async function startStores(options: StoresOptions): Promise<Stores> {
  const { secrets, databaseUrl } = options;
  const home = databaseUrl && options.redisUrl ? "" : homeOfServers(options);
  const postgres = databaseUrl ? Promise.resolve(databaseUrl) : startPostgres(options, home);
  const redis = options.redisUrl ? Promise.resolve(options.redisUrl) : startRedis(options, home);
  // When one fails, the other must have been handed over to be closed before we fail.
  await Promise.allSettled([postgres, redis]);
  const [adminUrl, redisUrl] = await Promise.all([postgres, redis]);
  const [authDatabaseUrl = "", sessionDatabaseUrl = "", judgeDatabaseUrl = ""] = await provideDatabases(adminUrl, [
    { name: "greenroom_auth", password: secrets.value("auth-database-password") },
    { name: "greenroom_session", password: secrets.value("session-database-password") },
    { name: "greenroom_judge", password: secrets.value("judge-database-password") },
  ]);
  return { authDatabaseUrl, sessionDatabaseUrl, judgeDatabaseUrl, redisUrl };
}
