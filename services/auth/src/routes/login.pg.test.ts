import { changeUser, getMe, login } from "@greenroom/shared/api/auth-routes.ts";
import { afterEach, expect, it } from "vitest";
import { password, startAuth, type TestAuth } from "../../test/start-auth.ts";

let auth: TestAuth;
afterEach(() => auth.close());

const email = "ada@example.com";

it("logs in with e-mail address, in any case, and password", async () => {
  auth = await startAuth();
  const { signedIn } = await auth.registerAdmin();
  const browser = auth.browser();
  const answer = await browser.call(login, { body: { email: " Ada@Example.COM ", password } });
  expect(answer.user).toEqual(signedIn.user);
  expect(await browser.call(getMe, { accessToken: answer.accessToken })).toEqual(signedIn.user);
});

it("answers a wrong password and an unknown account in the same words", async () => {
  auth = await startAuth();
  await auth.registerAdmin();
  const wrong = await auth.browser().refusal(login, { body: { email, password: "not the password" } });
  const unknown = await auth.browser().refusal(login, { body: { email: "nobody@example.com", password } });
  expect(wrong).toMatchObject({ code: "wrong-credentials", status: 401 });
  expect(unknown).toEqual(wrong);
});

it("tells only who knows the password that an account is disabled", async () => {
  auth = await startAuth();
  const admin = await auth.registerAdmin();
  const member = await auth.registerMember(admin, "max@example.com");
  const { accessToken } = admin.signedIn;
  const params = { userId: member.signedIn.user.userId };
  await admin.browser.call(changeUser, { accessToken, params, body: { disabled: true } });
  const body = { email: "max@example.com", password };
  expect(await auth.browser().refusal(login, { body })).toMatchObject({ code: "account-disabled", status: 403 });
  const guess = { ...body, password: "not the password" };
  expect(await auth.browser().refusal(login, { body: guess })).toMatchObject({ code: "wrong-credentials" });
});

it("limits guesses at one account without locking others out, and says how long to wait", async () => {
  auth = await startAuth({ LOGIN_ATTEMPTS_PER_MINUTE: 3 });
  await auth.registerAdmin();
  const browser = auth.browser();
  const guess = { body: { email, password: "not the password" } };
  for (let attempt = 0; attempt < 3; attempt++)
    expect((await browser.refusal(login, guess)).code).toBe("wrong-credentials");
  const answer = await browser.ask(login, { body: { email: "ADA@example.com", password } });
  expect(answer.status).toBe(429);
  expect(answer.body).toMatchObject({ code: "rate-limited", retryAfterMs: expect.any(Number) });
  const { retryAfterMs } = answer.body as { retryAfterMs: number };
  expect(retryAfterMs).toBeGreaterThan(50_000);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  expect(answer.headers.get("retry-after")).toBe(String(Math.ceil(retryAfterMs / 1000)));
  const other = { body: { email: "max@example.com", password } };
  expect((await browser.refusal(login, other)).code).toBe("wrong-credentials");
  const elsewhere = { body: { email, password }, headers: { "x-forwarded-for": "192.0.2.7" } };
  expect((await browser.call(login, elsewhere)).user.email).toBe(email);
});

it("limits guesses of one address at all accounts together", async () => {
  auth = await startAuth({ LOGIN_ATTEMPTS_PER_ADDRESS_PER_MINUTE: 3 });
  const browser = auth.browser();
  const codes = [];
  for (const name of ["a", "b", "c", "d"])
    codes.push((await browser.refusal(login, { body: { email: `${name}@example.com`, password } })).code);
  expect(codes).toEqual(["wrong-credentials", "wrong-credentials", "wrong-credentials", "rate-limited"]);
});

it("keeps the refresh token from scripts, from other sites and from other paths", async () => {
  auth = await startAuth();
  await auth.registerAdmin();
  const answer = await auth.browser().ask(login, { body: { email, password } });
  const [cookie = ""] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^greenroom_refresh=[\w-]{43};/);
  expect(cookie).toContain("; HttpOnly");
  expect(cookie).toContain("; SameSite=Strict");
  expect(cookie).toContain("; Path=/api/auth");
  expect(cookie).not.toContain("; Secure");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const expires = Date.parse(/Expires=([^;]+)/.exec(cookie)?.[1] ?? "");
  expect(Math.abs(expires - Date.now() - 30 * 24 * 3_600_000)).toBeLessThan(60_000);
});

it("sends cookies over TLS only where Greenroom is reached by https", async () => {
  auth = await startAuth({ PUBLIC_URL: "https://greenroom.test" });
  await auth.registerAdmin();
  const answer = await auth.browser().ask(login, { body: { email, password } });
  expect(answer.headers.getSetCookie()[0]).toContain("; Secure");
});

it("refuses what another site's page sends", async () => {
  auth = await startAuth();
  await auth.registerAdmin();
  const body = { email, password };
  for (const origin of ["http://evil.test", "http://greenroom.test:8443", "https://greenroom.test", "null"])
    expect(await auth.browser().refusal(login, { body, headers: { origin } })).toMatchObject({
      code: "wrong-address",
      message: expect.stringContaining("http://greenroom.test, ") as unknown,
    });
  const own = { body, headers: { origin: "http://greenroom.test" } };
  expect((await auth.browser().call(login, own)).user.email).toBe(email);
});
