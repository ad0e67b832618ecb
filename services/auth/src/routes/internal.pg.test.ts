import { createPublicKey, randomUUID, verify } from "node:crypto";
import { changeUser, getKeys, getMe } from "@greenroom/shared/api/auth-routes.ts";
import * as routes from "@greenroom/shared/api/service-routes.ts";
import { standingChannel } from "@greenroom/shared/events/standing-changed.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { asService, newSessionId, startAuth, type TestAuth } from "../../test/start-auth.ts";

const hourMs = 3_600_000;
let auth: TestAuth;
let sessionId: string;

beforeEach(async () => {
  auth = await startAuth();
  sessionId = newSessionId();
});
afterEach(() => auth.close());

/** Everything said about standing from now on. */
async function listen(): Promise<{ heard: unknown[]; close: () => void }> {
  const subscriber = createRedis(auth.redisUrl, createLogger("test", "silent"), true);
  const heard: unknown[] = [];
  subscriber.on("message", (_channel, message) => heard.push(JSON.parse(message)));
  await subscriber.subscribe(standingChannel);
  return { heard, close: () => subscriber.disconnect() };
}

it("answers nobody who does not know the secret, an administrator neither", async () => {
  const { signedIn } = await auth.registerAdmin();
  const params = { sessionId, inviteId: randomUUID() };
  const invite = { sessionId, sessionTitle: "Mine", role: "interviewer" as const, expiresInHours: 1 };
  for (const authorization of [undefined, `Bearer ${signedIn.accessToken}`, "Service guess", "Service "]) {
    const browser = auth.browser();
    const headers = authorization === undefined ? {} : { authorization };
    for (const refusal of [
      await browser.refusal(routes.internalCreateInvite, { body: invite, headers }),
      await browser.refusal(routes.internalListInvites, { params, headers }),
      await browser.refusal(routes.internalRevokeInvite, { params, headers }),
      await browser.refusal(routes.internalStanding, { body: { userIds: [], inviteIds: [] }, headers }),
      await browser.refusal(routes.internalSignRecord, { body: newRecord(sessionId), headers }),
    ])
      expect(refusal).toMatchObject({ code: "unauthenticated", status: 401 });
  }
});

const newRecord = (of: string) => ({ sessionId: of, number: 7, link: "ab".repeat(32), endedAt: 1_000 });

it("signs the head of a record with its own key, and such a signature lets nobody in", async () => {
  const record = newRecord(sessionId);
  const signed = await auth.browser().call(routes.internalSignRecord, { body: record, headers: asService });
  const [header = "", payload = "", signature = ""] = signed.signature.split(".");
  const parse = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
  expect(parse(payload)).toEqual(record);
  const { keys } = await auth.browser().call(getKeys);
  const jwk = keys.find(({ kid }) => kid === (parse(header) as { kid: string }).kid);
  const key = { key: createPublicKey({ key: { ...jwk }, format: "jwk" }), dsaEncoding: "ieee-p1363" } as const;
  const holds = (said: string) =>
    verify("sha256", Buffer.from(`${header}.${said}`), key, Buffer.from(signature, "base64url"));
  expect(holds(payload)).toBe(true);
  expect(holds(Buffer.from(JSON.stringify({ ...record, number: 8 })).toString("base64url"))).toBe(false);
  const headers = { authorization: `Bearer ${signed.signature}` };
  expect(await auth.browser().refusal(getMe, { headers })).toMatchObject({ status: 401 });
});

it("makes invites with a link below the public address, and lists them without their secrets", async () => {
  const one = await auth.inviteTo(sessionId, "candidate", 1);
  auth.clock.advance(1000);
  const two = await auth.inviteTo(sessionId, "observer", 48);
  await auth.inviteTo(newSessionId(), "candidate");
  expect(one.secret).toMatch(/^[\w-]{43}$/);
  expect(one.invite).toMatchObject({ sessionId, role: "candidate", revokedAt: null });
  expect(one.invite.expiresAt - one.invite.createdAt).toBe(hourMs);
  const list = await auth.browser().call(routes.internalListInvites, { params: { sessionId }, headers: asService });
  expect(list).toEqual({ invites: [two.invite, one.invite] });
});

it("revokes an invite once and for all, says so at once, and answers not-found for another session's", async () => {
  const { invite } = await auth.inviteTo(sessionId, "candidate");
  const { inviteId } = invite;
  const { heard, close } = await listen();
  const browser = auth.browser();
  const foreign = { params: { sessionId: newSessionId(), inviteId }, headers: asService };
  expect(await browser.refusal(routes.internalRevokeInvite, foreign)).toMatchObject({ code: "not-found" });
  const own = { params: { sessionId, inviteId }, headers: asService };
  expect(await browser.call(routes.internalRevokeInvite, own)).toBeNull();
  await vi.waitFor(() => expect(heard).toEqual([{ userIds: [], inviteIds: [inviteId] }]));
  const list = () => browser.call(routes.internalListInvites, { params: { sessionId }, headers: asService });
  const revoked = await list();
  expect(revoked.invites[0]?.revokedAt).toEqual(expect.any(Number));
  auth.clock.advance(1000);
  await browser.call(routes.internalRevokeInvite, own);
  expect(await list()).toEqual(revoked);
  close();
});

it("says which users and invites no longer let anybody in", async () => {
  const admin = await auth.registerAdmin();
  const member = await auth.registerMember(admin, "max@example.com");
  const [good, short, revoked] = [
    await auth.inviteTo(sessionId, "candidate", 2),
    await auth.inviteTo(sessionId, "candidate", 1),
    await auth.inviteTo(sessionId, "observer", 2),
  ].map(({ invite }) => invite.inviteId) as [string, string, string];
  const [ada, max] = [admin.signedIn.user.userId, member.signedIn.user.userId];
  const unknown = randomUUID();
  const body = { userIds: [ada, max, unknown], inviteIds: [good, short, revoked, unknown] };
  const ask = () => auth.browser().call(routes.internalStanding, { body, headers: asService });
  expect(await ask()).toEqual({ userIds: [unknown], inviteIds: [unknown] });

  const { heard, close } = await listen();
  const { accessToken } = admin.signedIn;
  await admin.browser.call(changeUser, { accessToken, params: { userId: max }, body: { disabled: true } });
  await vi.waitFor(() => expect(heard).toEqual([{ userIds: [max], inviteIds: [] }]));
  close();
  const params = { sessionId, inviteId: revoked };
  await auth.browser().call(routes.internalRevokeInvite, { params, headers: asService });
  auth.clock.advance(hourMs);
  expect(await ask()).toEqual({ userIds: [max, unknown], inviteIds: [short, revoked, unknown] });
});

it("answers for as many people as may be asked about at once", async () => {
  const { invite } = await auth.inviteTo(sessionId, "candidate");
  const userIds = Array.from({ length: 5000 }, () => randomUUID());
  const inviteIds = [invite.inviteId, ...userIds.slice(1)];
  const body = { userIds, inviteIds };
  const answer = await auth.browser().call(routes.internalStanding, { body, headers: asService });
  expect(answer.userIds).toHaveLength(5000);
  expect(answer.inviteIds).toHaveLength(4999);
});
