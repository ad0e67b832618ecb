import { createHash, randomUUID } from "node:crypto";
import { changeUser } from "@greenroom/shared/api/auth-routes.ts";
import * as routes from "@greenroom/shared/api/key-routes.ts";
import { internalFindApiKey } from "@greenroom/shared/api/service-routes.ts";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Browser } from "../../test/browser.ts";
import { asService, startAuth, type TestAuth } from "../../test/start-auth.ts";

const minuteMs = 60_000;
let auth: TestAuth;
let browser: Browser;
let admin: Awaited<ReturnType<TestAuth["registerAdmin"]>>;
let accessToken: string;

beforeEach(async () => {
  auth = await startAuth();
  admin = await auth.registerAdmin();
  ({ browser } = admin);
  ({ accessToken } = admin.signedIn);
});
afterEach(() => auth.close());

const make = (body: { name: string; runsPerMinute?: number } = { name: "Continuous integration" }) =>
  browser.call(routes.createApiKey, { accessToken, body });
const list = async () => (await browser.call(routes.listApiKeys, { accessToken })).keys;
const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");
const find = (secret: string) => ({ body: { hash: hashOf(secret) }, headers: asService });

it("makes a key that is shown once, with bounds by default or as told", async () => {
  const { key, secret } = await make({ name: "  Nightly \n grading ", runsPerMinute: 7 });
  expect(secret).toMatch(new RegExp(routes.apiKeyPattern));
  expect(key).toEqual({
    keyId: key.keyId,
    name: "Nightly grading",
    runsPerMinute: 7,
    runsPerDay: 20_000,
    runsAtOnce: 16,
    hint: secret.slice(0, 8),
    createdBy: { userId: admin.signedIn.user.userId, name: "Ada" },
    createdAt: expect.any(Number),
    lastUsedAt: null,
    revokedAt: null,
  });
  expect(await list()).toEqual([key]);
});

it("stores nothing of a key but its hash and its first characters", async () => {
  const { secret } = await make();
  const stored = await auth.database.selectFrom("api_keys").selectAll().executeTakeFirstOrThrow();
  expect(stored.key_hash).toBe(hashOf(secret));
  expect(JSON.stringify(stored)).not.toContain(secret.slice(0, 9));
});

it("lists keys newest first, revoked ones too", async () => {
  const one = await make({ name: "One" });
  auth.clock.advance(1000);
  const two = await make({ name: "Two" });
  await browser.call(routes.revokeApiKey, { accessToken, params: { keyId: two.key.keyId } });
  const [first, second] = await list();
  expect(first).toEqual({ ...two.key, revokedAt: expect.any(Number) });
  expect(second).toEqual(one.key);
});

it("changes what was given and nothing else", async () => {
  const { key } = await make({ name: "One", runsPerMinute: 7 });
  const params = { keyId: key.keyId };
  const change = (body: { name?: string; runsPerDay?: number }) =>
    browser.call(routes.changeApiKey, { accessToken, params, body });
  expect(await change({ name: " Renamed " })).toEqual({ ...key, name: "Renamed" });
  expect(await change({ runsPerDay: 9 })).toEqual({ ...key, name: "Renamed", runsPerDay: 9 });
  expect(await change({})).toEqual({ ...key, name: "Renamed", runsPerDay: 9 });
  expect(await list()).toEqual([{ ...key, name: "Renamed", runsPerDay: 9 }]);
});

it("refuses names that show nothing and bounds out of range", async () => {
  const { key } = await make();
  const params = { keyId: key.keyId };
  for (const bad of [
    { name: " " },
    { name: "\u202e" },
    { runsPerMinute: 0 },
    { runsAtOnce: 1001 },
    { runsPerDay: 1.5 },
  ]) {
    const body = { name: "Good", ...bad };
    expect(await browser.refusal(routes.createApiKey, { accessToken, body })).toMatchObject({ code: "bad-request" });
    const change = { accessToken, params, body: bad };
    expect(await browser.refusal(routes.changeApiKey, change)).toMatchObject({ code: "bad-request" });
  }
  expect(await list()).toEqual([key]);
});

it("finds a key by its hash for our own services, and nobody else", async () => {
  const { key, secret } = await make();
  const asked = auth.browser();
  expect(await asked.call(internalFindApiKey, find(secret))).toEqual(key);
  expect(await asked.refusal(internalFindApiKey, find(`${secret}x`))).toMatchObject({ code: "not-found" });
  for (const authorization of [`Bearer ${accessToken}`, `Bearer ${secret}`, "Service guess"]) {
    const refusal = await asked.refusal(internalFindApiKey, { ...find(secret), headers: { authorization } });
    expect(refusal).toMatchObject({ code: "unauthenticated", status: 401 });
  }
});

it("notes that a key was used, at most once a minute", async () => {
  const { secret } = await make();
  const used = async () => {
    await auth.browser().call(internalFindApiKey, find(secret));
    return (await list())[0]?.lastUsedAt ?? 0;
  };
  const first = await used();
  expect(Math.abs(first - auth.clock.now())).toBeLessThan(minuteMs);
  auth.clock.advance(minuteMs / 2);
  expect(await used()).toBe(first);
  auth.clock.advance(minuteMs / 2 + 1);
  expect(await used()).toBeGreaterThan(first);
});

it("finds a revoked key no more, and changes it no more; revoking it again changes nothing", async () => {
  const { key, secret } = await make();
  const params = { keyId: key.keyId };
  await browser.call(routes.revokeApiKey, { accessToken, params });
  const revoked = await list();
  auth.clock.advance(minuteMs);
  await browser.call(routes.revokeApiKey, { accessToken, params });
  expect(await auth.browser().refusal(internalFindApiKey, find(secret))).toMatchObject({ code: "not-found" });
  const change = { accessToken, params, body: { name: "Again" } };
  expect(await browser.refusal(routes.changeApiKey, change)).toMatchObject({ code: "not-found" });
  expect(await list()).toEqual(revoked);
});

it("answers not-found for a key that does not exist", async () => {
  const params = { keyId: randomUUID() };
  for (const refusal of [
    await browser.refusal(routes.changeApiKey, { accessToken, params, body: { name: "X" } }),
    await browser.refusal(routes.revokeApiKey, { accessToken, params }),
  ])
    expect(refusal).toMatchObject({ code: "not-found", status: 404 });
});

it("keeps members, strangers and keys themselves out of the keys", async () => {
  const { key, secret } = await make();
  const member = await auth.registerMember(admin, "max@example.com");
  const params = { keyId: key.keyId };
  for (const [token, code] of [
    [member.signedIn.accessToken, "not-allowed"],
    [secret, "unauthenticated"],
    [undefined, "unauthenticated"],
  ] as const) {
    const who = token === undefined ? {} : { accessToken: token };
    for (const refusal of [
      await browser.refusal(routes.listApiKeys, who),
      await browser.refusal(routes.createApiKey, { ...who, body: { name: "Mine" } }),
      await browser.refusal(routes.changeApiKey, { ...who, params, body: { runsPerDay: 1 } }),
      await browser.refusal(routes.revokeApiKey, { ...who, params }),
    ])
      expect(refusal).toMatchObject({ code });
  }
  expect(await list()).toEqual([key]);
});

it("believes the database, not the token, about who is an administrator, and keeps the keys of disabled ones", async () => {
  const { signedIn } = await auth.registerMember(admin, "max@example.com");
  const { key, secret } = await make();
  const [ada, max] = [admin.signedIn.user.userId, signedIn.user.userId];
  await browser.call(changeUser, { accessToken, params: { userId: max }, body: { role: "admin" } });
  const asMax = auth.tokens.sign({ kind: "user", sub: max, name: "Max", role: "admin" }, { now: Date.now() });
  const body = { disabled: true };
  await browser.call(changeUser, { accessToken: asMax.accessToken, params: { userId: ada }, body });
  const params = { keyId: key.keyId };
  for (const refusal of [
    await browser.refusal(routes.listApiKeys, { accessToken }),
    await browser.refusal(routes.createApiKey, { accessToken, body: { name: "Mine" } }),
    await browser.refusal(routes.changeApiKey, { accessToken, params, body: { runsPerDay: 1 } }),
    await browser.refusal(routes.revokeApiKey, { accessToken, params }),
  ])
    expect(refusal).toMatchObject({ code: "account-disabled" });
  // A key is the company's: what runs on it goes on.
  expect(await auth.browser().call(internalFindApiKey, find(secret))).toMatchObject({ keyId: key.keyId });
});
