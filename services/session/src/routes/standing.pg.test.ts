import { randomUUID } from "node:crypto";
import { type AccessClaims } from "@greenroom/shared/api/access.ts";
import { internalStandingInSessions, type StandingInSession } from "@greenroom/shared/api/service-routes.ts";
import { createServiceClient } from "@greenroom/shared/node/service-client.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serviceSecret } from "../testing/auth-peer.ts";
import { TestStack } from "../testing/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create();
});
afterAll(async () => await stack.close());

const exp = 4_000_000_000;
const guest = (sessionId: string, claims: object = {}) =>
  ({
    kind: "guest",
    sub: randomUUID(),
    name: "Bo",
    sessionId,
    inviteId: randomUUID(),
    role: "candidate",
    exp,
    ...claims,
  }) as Extract<AccessClaims, { kind: "guest" }>;
const user = (sub: string, role: "admin" | "member" = "member"): AccessClaims => ({
  kind: "user",
  sub,
  name: "Ada",
  role,
  exp,
});

async function ask(...bearers: { sessionId: string; claims: AccessClaims }[]): Promise<StandingInSession[]> {
  const call = createServiceClient({ name: "session", url: stack.url, serviceSecret });
  return (await call(internalStandingInSessions, { body: { bearers } })).standings;
}

it("[V1] says of each bearer what they are in a session, and whether they are in its room", async () => {
  const { sessionId, owner } = await stack.createSession();
  const [candidate, observer] = [guest(sessionId), guest(sessionId, { role: "observer" })];
  const all = [user(owner.userId), user(randomUUID()), user(randomUUID(), "admin"), candidate, observer];
  const bearers = all.map((claims) => ({ sessionId, claims }));
  expect(await ask(...bearers)).toEqual([
    { role: "interviewer", inRoom: false },
    { role: "observer", inRoom: false },
    { role: "interviewer", inRoom: false },
    { role: "candidate", inRoom: false },
    { role: "observer", inRoom: false },
  ]);
  await stack.join(sessionId, stack.guestToken(sessionId, candidate));
  await stack.join(sessionId, stack.guestToken(sessionId, observer));
  expect((await ask(...bearers)).slice(3)).toEqual([
    { role: "candidate", inRoom: true },
    { role: "observer", inRoom: true },
  ]);
});

it("[V1] [V8] says who has no place in a session, or none any more", async () => {
  const { sessionId, owner } = await stack.createSession();
  const other = await stack.createSession();
  const interviewer = await stack.join(sessionId, owner.token);
  const [removed, revoked] = [guest(sessionId), guest(sessionId)];
  await stack.join(sessionId, stack.guestToken(sessionId, removed));
  interviewer.send({ type: "participant.remove", participantId: removed.sub });
  await interviewer.settled();
  stack.auth.lost.add(revoked.inviteId);
  const asked = [
    { sessionId, claims: removed },
    { sessionId, claims: revoked },
    { sessionId: other.sessionId, claims: guest(sessionId) },
    { sessionId: randomUUID(), claims: user(owner.userId) },
  ];
  const lost = ["removed", "revoked", "forbidden", "session-not-found"];
  expect(await ask(...asked)).toEqual(lost.map((reason) => ({ lost: reason })));
  interviewer.send({ type: "session.end" });
  await interviewer.next("session.ended");
  expect(await ask({ sessionId, claims: user(owner.userId) })).toEqual([{ lost: "session-ended" }]);
});

it("[V1] [T4] takes what the room knows of who is connected to it, where that is enough, and asks nobody", async () => {
  const { sessionId } = await stack.createSession();
  const [connected, other] = [guest(sessionId), guest(sessionId, { role: "observer" })];
  const client = await stack.join(sessionId, stack.guestToken(sessionId, connected));
  const call = createServiceClient({ name: "session", url: stack.url, serviceSecret });
  const askRoom = async (...all: AccessClaims[]) => {
    const bearers = all.map((claims) => ({ sessionId, claims }));
    return (await call(internalStandingInSessions, { body: { bearers, asRoomKnows: true } })).standings;
  };
  // Beside these, the room's own watch asks auth every two seconds.
  const askedInVain = async (claims: AccessClaims, times: number) => {
    const before = stack.auth.asked.length;
    for (let time = 0; time < times; time++) await askRoom(claims);
    return stack.auth.asked.length - before;
  };
  const standing = { role: "candidate", inRoom: true };
  expect(await askRoom(other, connected)).toEqual([{ role: "observer", inRoom: false }, standing]);
  expect(await askedInVain(connected, 20)).toBeLessThan(20);
  // The same person with rights that the room has not seen, and whoever has gone.
  expect(await askedInVain({ ...connected, inviteId: randomUUID() }, 20)).toBeGreaterThanOrEqual(20);
  await client.close();
  expect(await askedInVain(connected, 20)).toBeGreaterThanOrEqual(20);
});

it("tells nobody but our own services", async () => {
  const call = createServiceClient({ name: "session", url: stack.url, serviceSecret: "some other secret of somebody" });
  await expect(call(internalStandingInSessions, { body: { bearers: [] } })).rejects.toMatchObject({
    code: "unauthenticated",
  });
});
