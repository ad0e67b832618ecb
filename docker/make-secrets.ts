// The one-shot service "secrets": makes what is missing in its own volume, and lays into each other service's volume
// the secrets of that service and no others. A second start makes nothing new. It prints no secret, ever.
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Secrets } from "../scripts/stack/secrets.ts";

const volumes = "/secrets";
const redisUsers = ["auth", "session", "judge", "gateway", "executor", "media"] as const;
const secrets = Secrets.create(join(volumes, "all"));

/** In a volume that one container mounts, everyone is that container: its files are open to whatever user it runs as. */
function lay(service: string, files: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(files)) {
    const path = join(volumes, service, name);
    mkdirSync(join(volumes, service), { recursive: true });
    // A new file each time: this process is root without the right to write what is read-only.
    writeFileSync(`${path}.new`, value);
    chmodSync(`${path}.new`, 0o444);
    renameSync(`${path}.new`, path);
  }
}

function databaseUrl(user: string, password: string): string {
  return `postgres://${user}:${password}@postgres:5432/${user}`;
}

/** Each Redis user has a password of its own, derived from the stack's: nobody can tell one from another. */
function redisPassword(user: string): string {
  return createHash("sha256")
    .update(`${user}:${secrets.value("redis-password")}`)
    .digest("base64url");
}

/**
 * What each service may touch in Redis: keys (~; %R~ to read alone) and pub/sub channels (&), as packages/shared's
 * `jobs` and `events` name them. The server's own administration is for nobody.
 */
const reach: Readonly<Record<(typeof redisUsers)[number], string>> = {
  auth: "~auth:attempts:* &standing-changed",
  session: "~room:* ~bull:runs:* ~run:* %R~executors ~executors:wanted &run:* &standing-changed &session-changed",
  judge: "~judge:* ~bull:runs:* ~run:* %R~executors ~executors:wanted &run:*",
  gateway: "%R~room:*:owner %R~media:*:owner ~gateway:rate:*",
  executor: "~bull:runs:* ~run:* ~executors ~executors:wanted &run:*",
  media: "~media:* &standing-changed &session-changed",
};
// INFO counts as dangerous; the Redis client reads it to learn whether the server is still loading its data.
const commands = "+@all -@admin -@dangerous +info";

function aclFile(): string {
  const hash = (user: string) => createHash("sha256").update(redisPassword(user)).digest("hex");
  return [
    // Whoever does not log in may do one thing, which the health check does.
    "user default on nopass resetkeys resetchannels -@all +ping",
    ...redisUsers.map((user) => `user ${user} on #${hash(user)} resetkeys resetchannels ${reach[user]} ${commands}`),
    "",
  ].join("\n");
}

const redisUrl = (user: string) => ({ "redis-url": `redis://${user}:${redisPassword(user)}@redis:6379` });
const authPassword = secrets.value("auth-database-password");
const sessionPassword = secrets.value("session-database-password");
const judgePassword = secrets.value("judge-database-password");
lay("auth", {
  ...redisUrl("auth"),
  "database-url": databaseUrl("greenroom_auth", authPassword),
  "signing-key": secrets.value("signing-key"),
  "service-secret": secrets.value("service-secret"),
  "setup-code": secrets.value("setup-code"),
});
lay("session", {
  ...redisUrl("session"),
  "database-url": databaseUrl("greenroom_session", sessionPassword),
  "service-secret": secrets.value("service-secret"),
});
lay("judge", {
  ...redisUrl("judge"),
  "database-url": databaseUrl("greenroom_judge", judgePassword),
  "service-secret": secrets.value("service-secret"),
});
lay("gateway", redisUrl("gateway"));
lay("executor", redisUrl("executor"));
lay("media", {
  ...redisUrl("media"),
  "service-secret": secrets.value("service-secret"),
  "turn-secret": secrets.value("turn-secret"),
});
lay("turn", { "turn-secret": secrets.value("turn-secret") });
lay("redis", { "users.acl": aclFile() });
lay("postgres", {
  "postgres-password": secrets.value("postgres-password"),
  "auth-database-password": authPassword,
  "session-database-password": sessionPassword,
  "judge-database-password": judgePassword,
});
