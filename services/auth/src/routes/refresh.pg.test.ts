import { changeUser, getMe, login, logout, refresh } from "@greenroom/shared/api/auth-routes.ts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { raceAtTable } from "../../test/db/race-at-table.ts";
import { password, startAuth, type TestAuth } from "../../test/start-auth.ts";
import { deleteEndedFamilies } from "../refresh-token-repository.ts";

const cookie = "greenroom_refresh";
const graceMs = 10_000;

let auth: TestAuth;
beforeEach(async () => {
  auth = await startAuth();
});
afterEach(() => auth.close());

it("gives a new access token and a new refresh token", async () => {
  const { browser, signedIn } = await auth.registerAdmin();
  const before = browser.cookies.get(cookie);
  const answer = await browser.call(refresh);
  expect(answer.user).toEqual(signedIn.user);
  expect(await browser.call(getMe, { accessToken: answer.accessToken })).toEqual(signedIn.user);
  expect(browser.cookies.get(cookie)).toMatch(/^[\w-]{43}$/);
  expect(browser.cookies.get(cookie)).not.toBe(before);
  auth.clock.advance(graceMs + 1);
  expect((await browser.call(refresh)).user).toEqual(signedIn.user);
});

it("ends the whole log-in when a rotated token is used again, the thief's and the owner's", async () => {
  const { browser } = await auth.registerAdmin();
  const thief = browser.copy();
  await browser.call(refresh);
  auth.clock.advance(graceMs + 1);
  await browser.call(refresh);
  expect(await thief.refusal(refresh)).toMatchObject({ code: "unauthenticated", status: 401 });
  expect(await browser.refusal(refresh)).toMatchObject({ code: "unauthenticated", status: 401 });
});

it("leaves the log-ins of other browsers alone when one is ended for reuse", async () => {
  const { browser } = await auth.registerAdmin();
  const elsewhere = auth.browser();
  await elsewhere.call(login, { body: { email: "ada@example.com", password } });
  const thief = browser.copy();
  await browser.call(refresh);
  auth.clock.advance(graceMs + 1);
  await thief.refusal(refresh);
  expect((await elsewhere.call(refresh)).user.name).toBe("Ada");
});

it("lets two tabs that refresh in the same instant both go on", async () => {
  const { browser } = await auth.registerAdmin();
  const tabs = Array.from({ length: 6 }, () => browser.copy());
  await raceAtTable(
    auth,
    "refresh_tokens",
    tabs.map((tab) => () => tab.call(refresh)),
  );
  // Whichever answer came last, the browser holds the one token that is good from now on.
  expect(new Set(tabs.map((tab) => tab.cookies.get(cookie))).size).toBe(1);
  expect(tabs[0]?.cookies.get(cookie)).not.toBe(browser.cookies.get(cookie));
  auth.clock.advance(graceMs + 1);
  expect((await tabs[5]?.call(refresh))?.user.name).toBe("Ada");
});

it("keeps a browser logged in whose page was reloaded before the answer came", async () => {
  const { browser } = await auth.registerAdmin();
  await browser.copy().call(refresh);
  auth.clock.advance(graceMs - 1000);
  await browser.call(refresh);
  auth.clock.advance(graceMs + 1);
  expect((await browser.call(refresh)).user.name).toBe("Ada");
});

it("gives no cookie to a tab that comes with a token two rotations old, so that the newest stays", async () => {
  const { browser } = await auth.registerAdmin();
  const late = browser.copy();
  await browser.call(refresh);
  await browser.call(refresh);
  const answer = await late.ask(refresh);
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()).toEqual([]);
  auth.clock.advance(graceMs + 1);
  expect((await browser.call(refresh)).user.name).toBe("Ada");
});

it("ends a log-in after thirty days, however often it was refreshed", async () => {
  const { browser } = await auth.registerAdmin();
  for (let day = 0; day < 29; day++) {
    auth.clock.advance(24 * 3_600_000);
    await browser.call(refresh);
  }
  auth.clock.advance(24 * 3_600_000);
  expect((await browser.refusal(refresh)).code).toBe("unauthenticated");
});

it("refuses a browser without a cookie and one with a made-up cookie", async () => {
  await auth.registerAdmin();
  const browser = auth.browser();
  expect((await browser.refusal(refresh)).code).toBe("unauthenticated");
  browser.cookies.set(cookie, "x".repeat(43));
  expect((await browser.refusal(refresh)).code).toBe("unauthenticated");
});

it("refuses to refresh for another site's page, and uses nothing up", async () => {
  const { browser } = await auth.registerAdmin();
  const headers = { origin: "http://evil.test" };
  expect((await browser.copy().refusal(refresh, { headers })).code).toBe("wrong-address");
  auth.clock.advance(graceMs + 1);
  expect((await browser.call(refresh)).user.name).toBe("Ada");
});

it("ends the log-in and clears the cookie at logout, for copies of the cookie too", async () => {
  const { browser } = await auth.registerAdmin();
  const thief = browser.copy();
  const answer = await browser.ask(logout);
  expect(answer).toMatchObject({ status: 200, body: null });
  expect(browser.cookies.has(cookie)).toBe(false);
  expect((await thief.refusal(refresh)).code).toBe("unauthenticated");
  expect((await browser.ask(logout)).status).toBe(200);
});

it("refuses a disabled account with the reason, and its old cookies even when it is enabled again", async () => {
  const admin = await auth.registerAdmin();
  const member = await auth.registerMember(admin, "max@example.com");
  const params = { userId: member.signedIn.user.userId };
  const { accessToken } = admin.signedIn;
  await admin.browser.call(changeUser, { accessToken, params, body: { disabled: true } });
  expect(await member.browser.refusal(refresh)).toMatchObject({ code: "account-disabled", status: 403 });
  await admin.browser.call(changeUser, { accessToken, params, body: { disabled: false } });
  expect((await member.browser.refusal(refresh)).code).toBe("unauthenticated");
  const body = { email: "max@example.com", password };
  expect((await member.browser.call(login, { body })).user.disabled).toBe(false);
});

it("removes log-ins that have ended, and keeps the others", async () => {
  const { browser } = await auth.registerAdmin();
  await browser.call(refresh);
  auth.clock.advance(20 * 24 * 3_600_000);
  await auth.browser().call(login, { body: { email: "ada@example.com", password } });
  expect(await deleteEndedFamilies(auth.database, auth.clock.now())).toBe(0);
  auth.clock.advance(10 * 24 * 3_600_000);
  expect(await deleteEndedFamilies(auth.database, auth.clock.now())).toBe(1);
  expect(await auth.database.selectFrom("refresh_tokens").selectAll().execute()).toHaveLength(1);
});
