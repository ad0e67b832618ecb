import { getMe, inspectInvite, redeemInvite, refreshGuest } from "@greenroom/shared/api/auth-routes.ts";
import { getKeys } from "@greenroom/shared/api/auth-routes.ts";
import { internalRevokeInvite } from "@greenroom/shared/api/service-routes.ts";
import { createAccessTokenVerifier } from "@greenroom/shared/node/access-token.ts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { asService, newSessionId, startAuth, type TestAuth } from "../../test/start-auth.ts";

const hourMs = 3_600_000;
let auth: TestAuth;
let sessionId: string;

beforeEach(async () => {
  auth = await startAuth({ INVITE_ATTEMPTS_PER_MINUTE: 20 });
  sessionId = newSessionId();
});
afterEach(() => auth.close());

const revoke = (inviteId: string) =>
  auth.browser().call(internalRevokeInvite, { params: { sessionId, inviteId }, headers: asService });

it("tells the bearer of an invite what it is for, as often as they ask", async () => {
  const { invite, secret } = await auth.inviteTo(sessionId, "candidate");
  const preview = {
    sessionId,
    sessionTitle: "Backend engineer",
    role: "candidate",
    expiresAt: invite.expiresAt,
    returningAs: null,
  };
  for (let time = 0; time < 3; time++)
    expect(await auth.browser().call(inspectInvite, { body: { invite: secret } })).toEqual(preview);
});

it("makes the bearer of an invite a participant under the name they give", async () => {
  const { invite, secret } = await auth.inviteTo(sessionId, "candidate");
  const browser = auth.browser();
  const guest = await browser.call(redeemInvite, { body: { invite: secret, name: "  Grace \n Hopper " } });
  expect(guest).toMatchObject({ sessionId, name: "Grace Hopper", role: "candidate" });
  const verify = createAccessTokenVerifier(auth.url + getKeys.path);
  expect(await verify(guest.accessToken)).toMatchObject({
    kind: "guest",
    sub: guest.participantId,
    name: "Grace Hopper",
    sessionId,
    inviteId: invite.inviteId,
    role: "candidate",
    exp: guest.expiresAt / 1000,
  });
  expect([...browser.cookies.keys()]).toEqual([`greenroom_guest_${sessionId}`]);
  expect(await browser.refusal(getMe, { accessToken: guest.accessToken })).toMatchObject({ code: "not-allowed" });
});

it("makes two browsers with one link two participants", async () => {
  const { secret } = await auth.inviteTo(sessionId, "candidate");
  const body = { invite: secret, name: "Grace" };
  const [one, two] = await Promise.all([
    auth.browser().call(redeemInvite, { body }),
    auth.browser().call(redeemInvite, { body }),
  ]);
  expect(one.participantId).not.toBe(two.participantId);
});

it("knows a browser again: the same participant, under the name it gives now", async () => {
  const { secret } = await auth.inviteTo(sessionId, "candidate");
  const browser = auth.browser();
  const first = await browser.call(redeemInvite, { body: { invite: secret, name: "Grace" } });
  expect((await browser.call(inspectInvite, { body: { invite: secret } })).returningAs).toBe("Grace");
  auth.clock.advance(hourMs);
  const again = await browser.call(redeemInvite, { body: { invite: secret, name: "Grace H." } });
  expect(again).toMatchObject({ participantId: first.participantId, name: "Grace H." });
  expect(await browser.call(refreshGuest, { body: { sessionId } })).toMatchObject({ name: "Grace H." });
});

it("knows a browser again by a new link in the same role, after the old one was revoked", async () => {
  const old = await auth.inviteTo(sessionId, "candidate");
  const browser = auth.browser();
  const first = await browser.call(redeemInvite, { body: { invite: old.secret, name: "Grace" } });
  await revoke(old.invite.inviteId);
  const { secret } = await auth.inviteTo(sessionId, "candidate");
  const again = await browser.call(redeemInvite, { body: { invite: secret, name: "Grace" } });
  expect(again.participantId).toBe(first.participantId);
  expect((await browser.call(refreshGuest, { body: { sessionId } })).participantId).toBe(first.participantId);
});

it("gives the link's role to who comes by it, as another participant, whatever they were before", async () => {
  const candidate = await auth.inviteTo(sessionId, "candidate");
  const interviewer = await auth.inviteTo(sessionId, "interviewer");
  const browser = auth.browser();
  const first = await browser.call(redeemInvite, { body: { invite: interviewer.secret, name: "Ada" } });
  expect((await browser.call(inspectInvite, { body: { invite: candidate.secret } })).returningAs).toBeNull();
  const second = await browser.call(redeemInvite, { body: { invite: candidate.secret, name: "Ada" } });
  expect(second.role).toBe("candidate");
  expect(second.participantId).not.toBe(first.participantId);
  expect(await browser.call(refreshGuest, { body: { sessionId } })).toMatchObject({
    role: "candidate",
    participantId: second.participantId,
  });
});

it("does not carry a participant from one session into another, not even with the cookie renamed", async () => {
  const here = await auth.inviteTo(sessionId, "candidate");
  const elsewhere = newSessionId();
  const there = await auth.inviteTo(elsewhere, "candidate");
  const browser = auth.browser();
  const guest = await browser.call(redeemInvite, { body: { invite: here.secret, name: "Grace" } });
  browser.cookies.set(`greenroom_guest_${elsewhere}`, browser.cookies.get(`greenroom_guest_${sessionId}`) ?? "");
  expect((await browser.refusal(refreshGuest, { body: { sessionId: elsewhere } })).code).toBe("unauthenticated");
  expect((await browser.call(inspectInvite, { body: { invite: there.secret } })).returningAs).toBeNull();
  const other = await browser.call(redeemInvite, { body: { invite: there.secret, name: "Grace" } });
  expect(other.participantId).not.toBe(guest.participantId);
});

it("refuses invites that are unknown, expired or revoked, each with its reason", async () => {
  const short = await auth.inviteTo(sessionId, "candidate", 1);
  const revoked = await auth.inviteTo(sessionId, "candidate");
  await revoke(revoked.invite.inviteId);
  auth.clock.advance(hourMs);
  for (const [secret, code, status] of [
    ["x".repeat(43), "invite-not-found", 404],
    [short.secret, "invite-expired", 410],
    [revoked.secret, "invite-revoked", 410],
  ] as const) {
    const browser = auth.browser();
    expect(await browser.refusal(inspectInvite, { body: { invite: secret } })).toMatchObject({ code, status });
    const body = { invite: secret, name: "Grace" };
    expect(await browser.refusal(redeemInvite, { body })).toMatchObject({ code, status });
  }
});

it("refreshes a guest until the invite expires or is revoked", async () => {
  const short = await auth.inviteTo(sessionId, "candidate", 1);
  const long = await auth.inviteTo(sessionId, "observer", 48);
  const [grace, otto] = [auth.browser(), auth.browser()];
  const joined = await grace.call(redeemInvite, { body: { invite: short.secret, name: "Grace" } });
  await otto.call(redeemInvite, { body: { invite: long.secret, name: "Otto" } });
  auth.clock.advance(hourMs / 2);
  const refreshed = await grace.call(refreshGuest, { body: { sessionId } });
  expect(refreshed).toMatchObject({ participantId: joined.participantId, role: "candidate" });
  auth.clock.advance(hourMs / 2);
  expect(await grace.refusal(refreshGuest, { body: { sessionId } })).toMatchObject({ code: "invite-expired" });
  await otto.call(refreshGuest, { body: { sessionId } });
  await revoke(long.invite.inviteId);
  expect(await otto.refusal(refreshGuest, { body: { sessionId } })).toMatchObject({ code: "invite-revoked" });
});

it("gives guests no access token that outlives the invite", async () => {
  const { invite, secret } = await auth.inviteTo(sessionId, "candidate", 1);
  auth.clock.advance(hourMs - 90_000);
  const guest = await auth.browser().call(redeemInvite, { body: { invite: secret, name: "Grace" } });
  expect(guest.expiresAt).toBeLessThanOrEqual(invite.expiresAt);
  expect(guest.expiresAt).toBeGreaterThan(invite.expiresAt - 1001);
});

it("rotates a guest's cookie, lets two tabs refresh at once, and ends the log-in of a reused one", async () => {
  const { secret } = await auth.inviteTo(sessionId, "candidate");
  const browser = auth.browser();
  const first = await browser.call(redeemInvite, { body: { invite: secret, name: "Grace" } });
  const thief = browser.copy();
  const tabs = [browser.copy(), browser.copy()];
  const answers = await Promise.all(tabs.map((tab) => tab.call(refreshGuest, { body: { sessionId } })));
  expect(answers.map((answer) => answer.participantId)).toEqual([first.participantId, first.participantId]);
  expect(tabs[0]?.cookies).toEqual(tabs[1]?.cookies);
  auth.clock.advance(10_001);
  expect((await thief.refusal(refreshGuest, { body: { sessionId } })).code).toBe("unauthenticated");
  expect((await tabs[0]?.refusal(refreshGuest, { body: { sessionId } }))?.code).toBe("unauthenticated");
});

it("refuses a refresh to who is no guest of the session", async () => {
  expect(await auth.browser().refusal(refreshGuest, { body: { sessionId } })).toMatchObject({
    code: "unauthenticated",
    status: 401,
  });
});

it("limits how often one address looks at and redeems invites", async () => {
  const browser = auth.browser();
  const invite = "x".repeat(43);
  const codes = { inspected: [] as string[], redeemed: [] as string[] };
  for (let attempt = 0; attempt < 21; attempt++) {
    codes.inspected.push((await browser.refusal(inspectInvite, { body: { invite } })).code);
    codes.redeemed.push((await browser.refusal(redeemInvite, { body: { invite, name: "Eve" } })).code);
  }
  const expected = [...Array.from({ length: 20 }, () => "invite-not-found"), "rate-limited"];
  expect(codes).toEqual({ inspected: expected, redeemed: expected });
});
