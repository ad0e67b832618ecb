import {
  changeUser,
  createAccountInvite,
  getMe,
  listAccountInvites,
  listUsers,
  revokeAccountInvite,
} from "@greenroom/shared/api/auth-routes.ts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Browser } from "../../test/browser.ts";
import { raceAtTable } from "../../test/db/race-at-table.ts";
import { startAuth, type TestAuth } from "../../test/start-auth.ts";

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

it("lists all accounts to administrators, without their passwords", async () => {
  const member = await auth.registerMember(admin, "max@example.com");
  expect(await browser.call(listUsers, { accessToken })).toEqual({
    users: [admin.signedIn.user, member.signedIn.user],
  });
});

it("keeps members and strangers out of what only administrators may do", async () => {
  const { signedIn } = await auth.registerMember(admin, "max@example.com");
  const params = { userId: signedIn.user.userId };
  const asMember = { accessToken: signedIn.accessToken };
  for (const refusal of [
    await browser.refusal(listUsers, asMember),
    await browser.refusal(changeUser, { ...asMember, params, body: { role: "admin" } }),
    await browser.refusal(createAccountInvite, asMember),
    await browser.refusal(listAccountInvites, asMember),
    await browser.refusal(revokeAccountInvite, { ...asMember, params: { accountInviteId: params.userId } }),
  ])
    expect(refusal).toMatchObject({ code: "not-allowed", status: 403 });
  expect(await auth.browser().refusal(listUsers)).toMatchObject({ code: "unauthenticated", status: 401 });
});

it("believes the database, not the token, about who is an administrator and who is disabled", async () => {
  const { signedIn } = await auth.registerMember(admin, "max@example.com");
  const params = { userId: signedIn.user.userId };
  await browser.call(changeUser, { accessToken, params, body: { role: "admin" } });
  const { user } = admin.signedIn;
  const asAdmin = auth.tokens.sign(
    { kind: "user", sub: params.userId, name: "Max", role: "admin" },
    { now: Date.now() },
  );
  const other = { accessToken: asAdmin.accessToken };
  await browser.call(changeUser, { ...other, params: { userId: user.userId }, body: { role: "member" } });
  expect((await browser.refusal(listUsers, { accessToken })).code).toBe("not-allowed");
  await browser.call(changeUser, { ...other, params: { userId: user.userId }, body: { disabled: true } });
  expect((await browser.refusal(getMe, { accessToken })).code).toBe("account-disabled");
});

it("keeps the last administrator, and changes nothing then", async () => {
  const params = { userId: admin.signedIn.user.userId };
  for (const body of [{ disabled: true }, { role: "member" as const }])
    expect(await browser.refusal(changeUser, { accessToken, params, body })).toMatchObject({
      code: "last-admin",
      status: 409,
    });
  expect(await browser.call(getMe, { accessToken })).toEqual(admin.signedIn.user);
});

it("keeps one administrator of two who disable each other in the same instant", async () => {
  const { signedIn } = await auth.registerMember(admin, "max@example.com");
  const [ada, max] = [admin.signedIn.user.userId, signedIn.user.userId];
  await browser.call(changeUser, { accessToken, params: { userId: max }, body: { role: "admin" } });
  const asMax = auth.tokens.sign({ kind: "user", sub: max, name: "Max", role: "admin" }, { now: Date.now() });
  const body = { disabled: true };
  const answers = await raceAtTable(auth, "users", [
    () => browser.ask(changeUser, { accessToken, params: { userId: max }, body }),
    () => browser.ask(changeUser, { accessToken: asMax.accessToken, params: { userId: ada }, body }),
  ]);
  expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 403]);
});

it("answers not-found for an account that does not exist", async () => {
  const params = { userId: "00000000-0000-4000-8000-000000000000" };
  expect(await browser.refusal(changeUser, { accessToken, params, body: {} })).toMatchObject({ code: "not-found" });
});

it("lists account invites, newest first, until they expire or are taken back, and never their secrets", async () => {
  const one = await browser.call(createAccountInvite, { accessToken });
  auth.clock.advance(1000);
  const two = await browser.call(createAccountInvite, { accessToken });
  const list = async () => (await browser.call(listAccountInvites, { accessToken })).accountInvites;
  expect(await list()).toEqual([two.accountInvite, one.accountInvite]);
  const params = { accountInviteId: two.accountInvite.accountInviteId };
  expect(await browser.call(revokeAccountInvite, { accessToken, params })).toBeNull();
  expect(await browser.refusal(revokeAccountInvite, { accessToken, params })).toMatchObject({ code: "not-found" });
  expect(await list()).toEqual([one.accountInvite]);
  auth.clock.advance(7 * 24 * 3_600_000);
  expect(await list()).toEqual([]);
});
