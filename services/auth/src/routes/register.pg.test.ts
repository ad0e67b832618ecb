import {
  createAccountInvite,
  getMe,
  getSetup,
  register,
  revokeAccountInvite,
} from "@greenroom/shared/api/auth-routes.ts";
import { afterEach, expect, it } from "vitest";
import { raceAtTable } from "../../test/db/race-at-table.ts";
import { password, secretOf, setupCode, startAuth, type TestAuth } from "../../test/start-auth.ts";

let auth: TestAuth;
afterEach(() => auth.close());

const eve = { name: "Eve", email: "eve@example.com", password };

it("makes the first account the administrator, when it knows the setup code", async () => {
  auth = await startAuth();
  const browser = auth.browser();
  expect(await browser.call(getSetup)).toEqual({ needsSetup: true, registration: "invite" });
  const { user, accessToken } = await browser.call(register, { body: { ...eve, setupCode } });
  expect(user).toMatchObject({ name: "Eve", email: "eve@example.com", role: "admin", disabled: false });
  expect(await browser.call(getMe, { accessToken })).toEqual(user);
  expect(await browser.call(getSetup)).toEqual({ needsSetup: false, registration: "invite" });
});

it("refuses a first account without the setup code, with a wrong one, and though registration is open", async () => {
  auth = await startAuth({ REGISTRATION: "open" });
  const browser = auth.browser();
  for (const body of [eve, { ...eve, setupCode: "guess" }, { ...eve, setupCode: "" }])
    expect(await browser.refusal(register, { body })).toMatchObject({ code: "wrong-setup-code", status: 403 });
  expect((await browser.call(getSetup)).needsSetup).toBe(true);
});

it("makes exactly one administrator of many who register first in the same instant", async () => {
  auth = await startAuth();
  const answers = await raceAtTable(
    auth,
    "users",
    Array.from(
      { length: 6 },
      (_, index) => () =>
        auth.browser().ask(register, { body: { ...eve, email: `eve${index}@example.com`, setupCode } }),
    ),
  );
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  expect(answers.filter((answer) => answer.status === 409)).toHaveLength(5);
  const users = await auth.database.selectFrom("users").select("role").execute();
  expect(users).toEqual([{ role: "admin" }]);
});

it("closes registration after the first account to whoever has no invite", async () => {
  auth = await startAuth();
  await auth.registerAdmin();
  expect(await auth.browser().refusal(register, { body: eve })).toMatchObject({ code: "registration-closed" });
  const again = { ...eve, setupCode };
  expect(await auth.browser().refusal(register, { body: again })).toMatchObject({ code: "setup-done" });
});

it("lets anybody register as a member when registration is open", async () => {
  auth = await startAuth({ REGISTRATION: "open" });
  await auth.registerAdmin();
  expect((await auth.browser().call(register, { body: eve })).user.role).toBe("member");
});

it("takes an account invite once, and makes a member of its bearer", async () => {
  auth = await startAuth();
  const { signedIn } = await auth.registerAdmin();
  const { url } = await auth.browser().call(createAccountInvite, { accessToken: signedIn.accessToken });
  expect(url).toMatch(/^http:\/\/greenroom\.test\/register\/[\w-]{43}$/);
  const invite = secretOf(url);
  const answers = await Promise.all(
    ["one", "two", "three"].map((name) =>
      auth.browser().ask(register, { body: { ...eve, email: `${name}@example.com`, invite } }),
    ),
  );
  expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 410, 410]);
  expect(answers.find((answer) => answer.status === 200)?.body).toMatchObject({ user: { role: "member" } });
});

it("refuses account invites that are unknown, revoked or a week old", async () => {
  auth = await startAuth();
  const { signedIn } = await auth.registerAdmin();
  const { accessToken } = signedIn;
  const browser = auth.browser();
  expect(await browser.refusal(register, { body: { ...eve, invite: "x".repeat(43) } })).toMatchObject({
    code: "invite-not-found",
  });
  const [revoked, old] = [
    await browser.call(createAccountInvite, { accessToken }),
    await browser.call(createAccountInvite, { accessToken }),
  ];
  const { accountInviteId } = revoked.accountInvite;
  await browser.call(revokeAccountInvite, { accessToken, params: { accountInviteId } });
  expect(await browser.refusal(register, { body: { ...eve, invite: secretOf(revoked.url) } })).toMatchObject({
    code: "invite-not-found",
  });
  auth.clock.advance(7 * 24 * 3_600_000);
  expect(await browser.refusal(register, { body: { ...eve, invite: secretOf(old.url) } })).toMatchObject({
    code: "invite-expired",
  });
});

it("knows an e-mail address in whatever case and spacing it is written, and keeps an invite that came to nothing", async () => {
  auth = await startAuth();
  const { signedIn } = await auth.registerAdmin();
  const { url } = await auth.browser().call(createAccountInvite, { accessToken: signedIn.accessToken });
  const invite = secretOf(url);
  const taken = { ...eve, email: "ADA@Example.com", invite };
  expect(await auth.browser().refusal(register, { body: taken })).toMatchObject({ code: "email-taken", status: 409 });
  const { user } = await auth.browser().call(register, { body: { ...eve, email: "Eve@EXAMPLE.com", invite } });
  expect(user.email).toBe("eve@example.com");
});

it("refuses names without a letter, addresses without an @ and passwords that are too short", async () => {
  auth = await startAuth();
  for (const wrong of [
    { name: " \u0000 " },
    { email: "eve" },
    { email: "e\u0000ve@example.com" },
    { password: "short" },
  ])
    expect(await auth.browser().refusal(register, { body: { ...eve, setupCode, ...wrong } })).toMatchObject({
      code: "bad-request",
    });
});

it("limits how often one address tries to register", async () => {
  auth = await startAuth({ REGISTER_ATTEMPTS_PER_MINUTE: 2 });
  const browser = auth.browser();
  const wrong = { body: { ...eve, setupCode: "guess" } };
  for (const code of ["wrong-setup-code", "wrong-setup-code", "rate-limited"])
    expect((await browser.refusal(register, wrong)).code).toBe(code);
});
