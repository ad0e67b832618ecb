import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import * as routes from "@greenroom/shared/api/auth-routes.ts";
import { createApiKey } from "@greenroom/shared/api/key-routes.ts";
import { internalCreateInvite } from "@greenroom/shared/api/service-routes.ts";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { createTestDatabase, type TestDatabase } from "@greenroom/shared/testing/postgres.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import { Redis } from "ioredis";
import { Client } from "pg";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Browser } from "../test/browser.ts";
import {
  asService,
  newSessionId,
  newSigningKey,
  password,
  secretOf,
  serviceSecret,
  setupCode,
} from "../test/start-auth.ts";

const email = "ada@example.com";
let database: TestDatabase;
let redis: TestRedis;
let folder: string;
let service: ChildProcess;
let stdout: Promise<string>;
let url: string;

/** The service as it is really started, on a database that it finds empty, with one secret in a file. */
beforeEach(async () => {
  [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
  folder = mkdtempSync(join(tmpdir(), "greenroom-auth-"));
  const keyFile = join(folder, "signing-key.pem");
  writeFileSync(keyFile, newSigningKey());
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  service = spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PORT: String(port),
      PUBLIC_URL: "http://greenroom.test",
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      SERVICE_SECRET: serviceSecret,
      SIGNING_KEY_FILE: keyFile,
      SETUP_CODE: setupCode,
    },
  });
  // It has a pipe for stdout, see stdio.
  stdout = text(service.stdout!);
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), { timeout: 15_000 });
});

afterEach(async () => {
  await stop();
  await Promise.all([database.close(), redis.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function stop(): Promise<number | null> {
  if (service.exitCode === null) {
    const exit = once(service, "exit");
    service.kill("SIGTERM");
    await exit;
  }
  return service.exitCode;
}

/** All that is stored anywhere, as text. */
async function everythingStored(): Promise<string> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const tables = await client.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const rows = [];
  for (const { name } of tables.rows) rows.push((await client.query(`SELECT * FROM ${name}`)).rows);
  await client.end();
  const connection = new Redis(redis.url);
  const keys = await connection.keys("*");
  const values = keys.length > 0 ? await connection.mget(keys) : [];
  connection.disconnect();
  return JSON.stringify({ rows, keys, values });
}

it("stores and logs no password, no token and no link in plain text, and logs each change of life", async () => {
  const browser = new Browser(url);
  const { user, accessToken } = await browser.call(routes.register, {
    body: { name: "Ada", email, password, setupCode },
  });
  const cookies = [...browser.cookies.values()];
  await browser.refusal(routes.login, { body: { email, password: "a wrong password" } });
  await browser.call(routes.login, { body: { email, password } });
  cookies.push(...browser.cookies.values());
  const refreshed = await browser.call(routes.refresh);
  cookies.push(...browser.cookies.values());
  const accountInvite = await browser.call(routes.createAccountInvite, { accessToken });
  const apiKey = await browser.call(createApiKey, { accessToken, body: { name: "CI" } });
  const body = { sessionId: newSessionId(), sessionTitle: "Backend", role: "candidate" as const, expiresInHours: 1 };
  const { url: link } = await browser.call(internalCreateInvite, { body, headers: asService });
  const guest = new Browser(url);
  const joined = await guest.call(routes.redeemInvite, { body: { invite: secretOf(link), name: "Grace" } });
  await guest.call(routes.refreshGuest, { body: { sessionId: body.sessionId } });
  cookies.push(...guest.cookies.values());
  await browser.call(routes.logout);

  const stored = await everythingStored();
  expect(await stop()).toBe(0);
  const logged = await stdout;
  expect(stored).toContain(email);
  expect(stored).toContain(joined.participantId);
  const secrets = [password, "a wrong password", accessToken, refreshed.accessToken, joined.accessToken, ...cookies];
  secrets.push(secretOf(accountInvite.url), secretOf(link), setupCode, serviceSecret, apiKey.secret);
  expect(new Set(secrets).size).toBe(14);
  for (const secret of secrets) {
    expect(stored).not.toContain(secret);
    expect(logged).not.toContain(secret);
  }
  expect(logged).not.toContain(email);
  const lines = logged
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const { userId } = user;
  for (const line of [
    { msg: "User registered", userId, role: "admin" },
    { msg: "Log-in refused: wrong credentials", userId },
    { msg: "User logged in", userId },
    { msg: "Account invite made", by: userId },
    { msg: "API key made", by: userId, keyId: apiKey.key.keyId },
    { msg: "Invite made", sessionId: body.sessionId, role: "candidate" },
    { msg: "Guest joined", sessionId: body.sessionId, participantId: joined.participantId },
    { msg: "User logged out" },
  ])
    expect(lines).toContainEqual(expect.objectContaining({ service: "auth", ...line }));
});

it("is alive but not ready while Redis is away", async () => {
  await redis.close();
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(503), { timeout: 10_000 });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const refusal = await new Browser(url).refusal(routes.login, { body: { email, password } });
  expect(refusal).toMatchObject({ code: "unavailable", status: 503 });
});

it("is alive but not ready while its database is away", async () => {
  await database.close();
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(503), { timeout: 10_000 });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});
