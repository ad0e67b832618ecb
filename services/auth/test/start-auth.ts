import { generateKeyPairSync, randomUUID } from "node:crypto";
import { register, type SignedIn, createAccountInvite } from "@greenroom/shared/api/auth-routes.ts";
import { internalCreateInvite } from "@greenroom/shared/api/service-routes.ts";
import type { Invite } from "@greenroom/shared/api/session-routes.ts";
import { createDatabase, type Database, migrate } from "@greenroom/shared/node/database.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import type { Role } from "@greenroom/shared/roles.ts";
import { createTestDatabase } from "@greenroom/shared/testing/postgres.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import type { Redis } from "ioredis";
import { afterAll } from "vitest";
import { createApp } from "../src/app.ts";
import type { Settings } from "../src/context.ts";
import { migrations } from "../src/db/migrations.ts";
import type { Schema } from "../src/db/schema.ts";
import { createPasswords } from "../src/password.ts";
import { createTokens, type Tokens } from "../src/tokens.ts";
import { Browser } from "./browser.ts";

export const setupCode = "first-come-first-served";
export const serviceSecret = "a secret between our own services";
export const asService = { authorization: `Service ${serviceSecret}` };
export const password = "correct horse battery";

const logger = createLogger("auth-test", "silent");

/** A private key as SIGNING_KEY has it. */
export function newSigningKey(namedCurve = "P-256"): string {
  return generateKeyPairSync("ec", { namedCurve }).privateKey.export({
    type: "pkcs8",
    format: "pem",
  }) as string;
}

export async function migrateAt(url: string): Promise<void> {
  const database = createDatabase<Schema>(url, logger, 2);
  await migrate(database, migrations);
  await database.destroy();
}

/** The auth service on a port of its own, on a fresh database and Redis, with a clock that can be put forward. */
export interface TestAuth {
  readonly url: string;
  readonly database: Database<Schema>;
  readonly redis: Redis;
  readonly redisUrl: string;
  readonly tokens: Tokens;
  readonly clock: { readonly now: () => number; advance(ms: number): void };
  browser(): Browser;
  /** The first account, in a browser of its own. */
  registerAdmin(): Promise<{ browser: Browser; signedIn: SignedIn }>;
  /** An account by invite. */
  registerMember(admin: { signedIn: SignedIn }, email: string): Promise<{ browser: Browser; signedIn: SignedIn }>;
  inviteTo(sessionId: string, role: Role, expiresInHours?: number): Promise<{ invite: Invite; secret: string }>;
  close(): Promise<void>;
}

const generous = 10_000;

/** One for the whole test file, emptied for each service that is started on it. */
let fileRedis: Promise<TestRedis> | undefined;
afterAll(async () => (await fileRedis)?.close());

export async function startAuth(settings: Partial<Settings> = {}): Promise<TestAuth> {
  const [testDatabase, testRedis] = await Promise.all([
    createTestDatabase(migrateAt),
    (fileRedis ??= createTestRedis()),
  ]);
  const database = createDatabase<Schema>(testDatabase.url, logger);
  const redis = createRedis(testRedis.url, logger);
  await redis.flushall();
  const tokens = createTokens(newSigningKey(), 600);
  const clock = testClock();
  const app = await createApp({
    settings: {
      PUBLIC_URL: "http://greenroom.test",
      SETUP_CODE: setupCode,
      REGISTRATION: "invite",
      LOGIN_ATTEMPTS_PER_MINUTE: generous,
      LOGIN_ATTEMPTS_PER_ADDRESS_PER_MINUTE: generous,
      REGISTER_ATTEMPTS_PER_MINUTE: generous,
      INVITE_ATTEMPTS_PER_MINUTE: generous,
      ...settings,
    },
    serviceSecret,
    logger,
    database,
    redis,
    tokens,
    // The least argon2 does: what costs are right is for password.test.ts.
    passwords: await createPasswords({ memoryKiB: 8, passes: 1 }),
    now: clock.now,
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const browser = () => new Browser(url);
  return {
    url,
    database,
    redis,
    redisUrl: testRedis.url,
    tokens,
    clock,
    browser,
    ...people(browser),
    close: async () => {
      await app.close();
      redis.disconnect();
      await database.destroy();
      await testDatabase.close();
    },
  };
}

function testClock(): TestAuth["clock"] {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance: (ms) => {
      ahead += ms;
    },
  };
}

function people(newBrowser: () => Browser): Pick<TestAuth, "registerAdmin" | "registerMember" | "inviteTo"> {
  return {
    registerAdmin: async () => {
      const browser = newBrowser();
      const body = { name: "Ada", email: "ada@example.com", password, setupCode };
      return { browser, signedIn: await browser.call(register, { body }) };
    },
    registerMember: async (admin, email) => {
      const { url } = await newBrowser().call(createAccountInvite, { accessToken: admin.signedIn.accessToken });
      const browser = newBrowser();
      const body = { name: "Max", email, password, invite: secretOf(url) };
      return { browser, signedIn: await browser.call(register, { body }) };
    },
    inviteTo: async (sessionId, role, expiresInHours = 24) => {
      const body = { sessionId, sessionTitle: "Backend engineer", role, expiresInHours };
      const { invite, url } = await newBrowser().call(internalCreateInvite, { body, headers: asService });
      return { invite, secret: secretOf(url) };
    },
  };
}

/** The last part of a link. */
export function secretOf(url: string): string {
  return new URL(url).pathname.split("/").at(-1) ?? "";
}

export const newSessionId = (): string => randomUUID();
