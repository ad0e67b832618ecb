import * as routes from "@greenroom/shared/api/auth-routes.ts";
import { createApiKey } from "@greenroom/shared/api/key-routes.ts";
import { internalFindApiKey } from "@greenroom/shared/api/service-routes.ts";
import { createHash, randomUUID } from "node:crypto";
import { afterEach, expect, it } from "vitest";
import { asService, password, startAuth, type TestAuth } from "../test/start-auth.ts";

let auth: TestAuth;
afterEach(() => auth.close());

const email = "ada@example.com";
const graceMs = 10_000;

const readMetrics = async (): Promise<string> => await (await fetch(`${auth.url}/metrics`)).text();

async function attempts(what: string): Promise<Record<string, number>> {
  const pattern = new RegExp(`^greenroom_auth_attempts_total\\{what="${what}",result="([a-z-]+)"\\} (\\d+)$`, "gm");
  return Object.fromEntries([...(await readMetrics()).matchAll(pattern)].map(([, result, count]) => [result, +count!]));
}

it("counts log-ins and refreshes by how they went, and names nobody", async () => {
  auth = await startAuth({ LOGIN_ATTEMPTS_PER_MINUTE: 3 });
  const { browser, signedIn } = await auth.registerAdmin();
  await browser.call(routes.login, { body: { email, password } });
  await browser.refusal(routes.login, { body: { email, password: "not the password" } });
  await browser.refusal(routes.login, { body: { email: "nobody@example.com", password } });
  await browser.call(routes.login, { body: { email, password } });
  await browser.refusal(routes.login, { body: { email, password } });
  await fetch(auth.url + routes.login.path, { method: "POST", body: "{", headers: { "content-type": "text/x" } });
  await expect.poll(() => attempts("register")).toEqual({ done: 1 });
  await expect
    .poll(() => attempts("login"))
    .toEqual({
      done: 2,
      "wrong-credentials": 2,
      "rate-limited": 1,
      "bad-request": 1,
    });

  const thief = browser.copy();
  await browser.call(routes.refresh);
  auth.clock.advance(graceMs + 1);
  await thief.refusal(routes.refresh);
  await auth.browser().refusal(routes.refresh);
  await expect.poll(() => attempts("refresh")).toEqual({ done: 1, unauthenticated: 2 });
  const all = await readMetrics();
  expect(all).toMatch(/^greenroom_auth_refresh_tokens_reused_total\{who="user"\} 1$/m);
  for (const secret of [email, "127.0.0.1", "Ada", signedIn.user.userId]) expect(all).not.toContain(secret);
});

it("counts invites that were redeemed or refused, and guests who came back", async () => {
  auth = await startAuth({ INVITE_ATTEMPTS_PER_MINUTE: 3 });
  const sessionId = randomUUID();
  const { secret } = await auth.inviteTo(sessionId, "candidate");
  const guest = auth.browser();
  await guest.call(routes.redeemInvite, { body: { invite: secret, name: "Bo" } });
  await guest.call(routes.refreshGuest, { body: { sessionId } });
  await guest.refusal(routes.refreshGuest, { body: { sessionId: randomUUID() } });
  await guest.refusal(routes.redeemInvite, { body: { invite: "x".repeat(43), name: "Bo" } });
  auth.clock.advance(25 * 3_600_000);
  await guest.refusal(routes.redeemInvite, { body: { invite: secret, name: "Bo" } });
  await guest.refusal(routes.redeemInvite, { body: { invite: secret, name: "Bo" } });
  await expect
    .poll(() => attempts("redeem-invite"))
    .toEqual({
      done: 1,
      "invite-not-found": 1,
      "invite-expired": 1,
      "rate-limited": 1,
    });
  await expect.poll(() => attempts("guest-refresh")).toEqual({ done: 1, unauthenticated: 1 });
});

it("counts checks of API keys: good ones, those there are not, and whoever is no service of ours", async () => {
  auth = await startAuth();
  const { browser, signedIn } = await auth.registerAdmin();
  const { secret } = await browser.call(createApiKey, {
    accessToken: signedIn.accessToken,
    body: { name: "Robot of Ada" },
  });
  const find = (key: string) => ({ body: { hash: createHash("sha256").update(key).digest("hex") } });
  await browser.call(internalFindApiKey, { ...find(secret), headers: asService });
  await browser.refusal(internalFindApiKey, { ...find("guess"), headers: asService });
  await browser.refusal(internalFindApiKey, find(secret));
  await expect.poll(() => attempts("key-check")).toEqual({ done: 1, "not-found": 1, unauthenticated: 1 });
  const all = await readMetrics();
  for (const hidden of [secret, "Robot"]) expect(all).not.toContain(hidden);
});
