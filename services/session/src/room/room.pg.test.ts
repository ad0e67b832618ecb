import { givenInput } from "@greenroom/shared/protocol/run.ts";
import { randomUUID } from "node:crypto";
import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { can, type Role } from "@greenroom/shared/roles.ts";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { TestClient } from "../testing/test-client.ts";
import { eventually } from "../testing/eventually.ts";
import { TestStack } from "../testing/test-stack.ts";

const graceMs = 400;
let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create({ ROOM_SEAT_GRACE_MS: graceMs });
});
afterAll(async () => await stack.close());

const closedBy = (reason: keyof typeof closeCodes) => ({ code: closeCodes[reason], reason });

/** Who got in, and who was refused for want of a seat. */
async function outcome(clients: TestClient[]): Promise<{ inside: TestClient[]; full: number }> {
  const answers = await Promise.all(
    clients.map(async (client) => {
      const answer = await Promise.race([client.next("welcome").catch(() => undefined), client.closed]);
      if (answer && "reason" in answer) expect(answer).toEqual(closedBy("room-full"));
      return answer !== undefined && "type" in answer;
    }),
  );
  const inside = clients.filter((_, index) => answers[index]);
  return { inside, full: clients.length - inside.length };
}

it("[C1] the welcome is the first frame and says everything but documents", async () => {
  const { sessionId, owner } = await stack.createSession("Interview of Bo");
  const client = await stack.join(sessionId, owner.token);
  expect(client.frames[0]).toMatchObject({
    type: "welcome",
    session: { sessionId, title: "Interview of Bo", phase: "live", language: "python" },
    participants: [{ participantId: owner.userId, name: "Ada", role: "interviewer", connected: true }],
    run: null,
    runs: { available: false, ready: [] },
  });
});

it("[C2] whoever comes again is the same participant, with the same colour and a newer name", async () => {
  const { sessionId, owner } = await stack.createSession();
  await stack.join(sessionId, owner.token);
  const sub = randomUUID();
  const first = stack.connect(sessionId, stack.guestToken(sessionId, { sub, name: "Bo" }));
  const before = (await first.next("welcome")).self;
  await first.close();
  const second = stack.connect(sessionId, stack.guestToken(sessionId, { sub, name: "Bo Li" }));
  expect((await second.next("welcome")).self).toEqual({ ...before, name: "Bo Li" });
  const { rows } = await stack.db.query("select name from participant where session_id = $1 and id = $2", [
    sessionId,
    sub,
  ]);
  expect(rows).toEqual([{ name: "Bo Li" }]);
});

it("[C2] a user of the company is an interviewer as maker or administrator, and an observer otherwise", async () => {
  const { sessionId } = await stack.createSession();
  const roleOf = async (token: string) => (await stack.connect(sessionId, token).next("welcome")).self.role;
  expect(await roleOf(stack.user({ role: "admin" }).token)).toBe("interviewer");
  expect(await roleOf(stack.user().token)).toBe("observer");
});

it("[C3] the end is for everybody at once, and afterwards every change is refused", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const guest = await stack.join(sessionId, stack.guestToken(sessionId));
  client.send({ type: "session.end" });
  const ended = await guest.next("session.ended");
  expect(await client.next("session.ended")).toEqual(ended);
  const changes: UpFrame[] = [
    { type: "language", language: "c" },
    { type: "run.start", runId: randomUUID(), documentId, revision: 0, task: givenInput("") },
    { type: "presence", documentId, revision: 0, selections: [] },
    { type: "session.end" },
    { type: "participant.remove", participantId: randomUUID() },
  ];
  for (const change of changes) {
    client.send(change);
    expect(await client.next("error")).toMatchObject({ code: "session-ended", refused: change.type });
  }
  const stranger = stack.connect(sessionId, stack.guestToken(sessionId));
  expect(await stranger.closed).toEqual(closedBy("session-ended"));
  const colleague = stack.connect(sessionId, stack.user().token);
  expect((await colleague.next("welcome")).session.phase).toBe("ended");
});

it("[C3] an end by HTTP reaches the room though the event about it was lost", async () => {
  const { sessionId, owner } = await stack.createSession();
  const client = await stack.join(sessionId, owner.token);
  await stack.db.query("update session set ended_at = now() where id = $1", [sessionId]);
  await client.next("session.ended");
});

it("[C4] a removed participant is out at once, with every tab, and stays out", async () => {
  const { sessionId, owner } = await stack.createSession();
  const client = await stack.join(sessionId, owner.token);
  const sub = randomUUID();
  const token = stack.guestToken(sessionId, { sub });
  const tabs = [await stack.join(sessionId, token), await stack.join(sessionId, token)];
  client.send({ type: "participant.remove", participantId: sub });
  for (const tab of tabs) expect(await tab.closed).toEqual(closedBy("removed"));
  await client.next("participants", ({ participants }) => participants.length === 1);
  expect(await stack.connect(sessionId, token).closed).toEqual(closedBy("removed"));
  await stack.restart();
  expect(await stack.connect(sessionId, token).closed).toEqual(closedBy("removed"));
});

it("[C4] an interviewer who came by an invite cannot remove whoever made the session", async () => {
  const { sessionId, owner } = await stack.createSession();
  const maker = await stack.join(sessionId, owner.token);
  const guest = await stack.join(sessionId, stack.guestToken(sessionId, { role: "interviewer" }));
  guest.send({ type: "participant.remove", participantId: owner.userId });
  expect(await guest.next("error")).toMatchObject({ code: "not-allowed" });
  maker.send({ type: "ping" });
  await maker.next("pong");
});

it("[C4] nobody removes themselves, and whoever is being removed while they come in stays out", async () => {
  const { sessionId, owner } = await stack.createSession();
  const client = await stack.join(sessionId, owner.token);
  for (const participantId of [owner.userId, owner.userId.toUpperCase()]) {
    client.send({ type: "participant.remove", participantId });
    expect(await client.next("error")).toMatchObject({ code: "not-allowed" });
  }
  const sub = randomUUID();
  const token = stack.guestToken(sessionId, { sub });
  await (await stack.join(sessionId, token)).close();
  const coming = Array.from({ length: 5 }, () => stack.connect(sessionId, token));
  client.send({ type: "participant.remove", participantId: sub });
  for (const comer of coming) expect(await comer.closed).toEqual(closedBy("removed"));
});

it("[C5] each role may do what the table says, frame by frame", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { documentId } = await stack.edit(sessionId, owner.token);
  const frames: [Parameters<typeof can>[1], UpFrame][] = [
    ["edit", { type: "presence", documentId, revision: 0, selections: [] }],
    ["change-language", { type: "language", language: "python" }],
    ["run", { type: "run.start", runId: randomUUID(), documentId, revision: 0, task: givenInput("") }],
    ["run", { type: "run.order", runId: randomUUID(), order: { type: "stop" } }],
    ["remove-participant", { type: "participant.remove", participantId: randomUUID() }],
    ["end-session", { type: "session.end" }],
  ];
  for (const role of ["observer", "candidate", "interviewer"] as const satisfies Role[]) {
    const client = await stack.join(sessionId, stack.guestToken(sessionId, { role }));
    for (const [action, frame] of frames) {
      const from = client.frames.length;
      client.send(frame);
      await client.settled();
      const refused = client.frames.slice(from).some((down) => down.type === "error" && down.code === "not-allowed");
      expect(refused, `${role}: ${action}`).toBe(!can(role, action));
    }
  }
});

it("[S1, S3] of twenty who come in one instant as many get in as there are seats, less one for an interviewer", async () => {
  const { sessionId, owner } = await stack.createSession();
  const crowd = Array.from({ length: 20 }, () => stack.connect(sessionId, stack.guestToken(sessionId)));
  const { inside, full } = await outcome(crowd);
  expect([inside.length, full]).toEqual([3, 17]);
  const interviewers = await outcome([
    stack.connect(sessionId, owner.token),
    stack.connect(sessionId, stack.guestToken(sessionId, { role: "interviewer" })),
  ]);
  expect([interviewers.inside.length, interviewers.full]).toEqual([1, 1]);
});

it("[S1] once an interviewer sits, everybody else may have the other seats", async () => {
  const { sessionId, owner } = await stack.createSession();
  await stack.join(sessionId, owner.token);
  const crowd = Array.from({ length: 20 }, () => stack.connect(sessionId, stack.guestToken(sessionId)));
  const { inside, full } = await outcome(crowd);
  expect([inside.length, full]).toEqual([3, 17]);
});

it("[S2] a second tab and a reload take no seat, and a seat is free once its grace is over", async () => {
  const { sessionId } = await stack.createSession();
  const token = stack.guestToken(sessionId);
  const clients = [await stack.join(sessionId, token), await stack.join(sessionId, token)];
  await stack.join(sessionId, stack.guestToken(sessionId));
  await stack.join(sessionId, stack.guestToken(sessionId));
  const late = () => stack.connect(sessionId, stack.guestToken(sessionId));
  expect(await late().closed).toEqual(closedBy("room-full"));
  for (const client of clients) await client.close();
  expect(await late().closed).toEqual(closedBy("room-full"));
  const reloaded = await stack.join(sessionId, token);
  expect(await late().closed).toEqual(closedBy("room-full"));
  await reloaded.close();
  const left = Date.now();
  await eventually(async () => (await outcome([late()])).inside.length).toBe(1);
  expect(Date.now() - left).toBeGreaterThanOrEqual(graceMs - 50);
});

it("[S2] seats are kept over a restart of the service", async () => {
  const own = await TestStack.create({ ROOM_SEAT_GRACE_MS: 30_000 });
  onTestFinished(() => own.close());
  const { sessionId, owner } = await own.createSession();
  const tokens = [owner.token, ...[1, 2, 3].map(() => own.guestToken(sessionId))];
  for (const token of tokens) await own.join(sessionId, token);
  await own.restart();
  const stranger = own.connect(sessionId, own.guestToken(sessionId));
  expect(await stranger.closed).toEqual(closedBy("room-full"));
  expect((await outcome(tokens.map((token) => own.connect(sessionId, token)))).inside).toHaveLength(4);
});

it("[S4] observers take no seat", async () => {
  const { sessionId, owner } = await stack.createSession();
  const token = () => stack.guestToken(sessionId, { role: "observer" });
  expect((await outcome(Array.from({ length: 8 }, () => stack.connect(sessionId, token())))).inside).toHaveLength(8);
  const seated = [owner.token, ...[1, 2, 3].map(() => stack.guestToken(sessionId))];
  expect((await outcome(seated.map((each) => stack.connect(sessionId, each)))).inside).toHaveLength(4);
});

const presenceOf = (client: TestClient) => client.all("presence").map(({ selections }) => selections[0]?.head);

it("[P1] carets are passed on twenty times a second at the most, and the last ones always are", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const { client: guest } = await stack.edit(sessionId, stack.guestToken(sessionId));
  const started = performance.now();
  for (let head = 0; head < 20; head++) {
    guest.send({ type: "presence", documentId, revision: 0, selections: [{ anchor: 0, head }] });
    await guest.settled();
  }
  await client.next("presence", ({ selections }) => selections[0]?.head === 19);
  const seconds = (performance.now() - started) / 1000;
  expect(presenceOf(client).length).toBeLessThanOrEqual(Math.ceil(seconds * 20) + 1);
  expect(guest.all("presence")).toEqual([]);
  await guest.close();
  expect((await client.next("presence", ({ selections }) => selections.length === 0)).documentId).toBe(documentId);
});

it("[P2] carets arrive at the receiver's revision, and are carried over every later operation", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId, text } = await stack.edit(sessionId, owner.token);
  const guest = (await stack.edit(sessionId, stack.guestToken(sessionId))).client;
  await client.commit({ documentId, seq: 1, revision: 0, operation: ["12345"] });
  guest.send({ type: "presence", documentId, revision: 0, selections: [{ anchor: 0, head: 4 }] });
  const { selections } = await client.next("presence");
  expect(selections).toEqual([{ anchor: 0, head: 9 }]); // others' text at a caret leaves it, text before it moves it
  await guest.commit({ documentId, seq: 1, revision: 1, operation: [9, "ab"] });
  await client.commit({ documentId, seq: 2, revision: 2, operation: [11, "cd"] });
  const late = (await stack.edit(sessionId, stack.guestToken(sessionId))).client;
  expect((await late.next("presence")).selections).toEqual([{ anchor: 0, head: 11 }]);
  guest.send({ type: "presence", documentId, revision: 3, selections: [{ anchor: 0, head: 1e15 }] });
  const clamped = await late.next("presence");
  expect(clamped.selections[0]?.head).toBe(text.length + 9);
});

it("[P6] the first line that somebody sees is carried with their carets, and told with them", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId, text } = await stack.edit(sessionId, owner.token);
  const guest = (await stack.edit(sessionId, stack.guestToken(sessionId))).client;
  await client.commit({ documentId, seq: 1, revision: 0, operation: ["12\n"] });
  const selections = [{ anchor: 0, head: 0 }];
  guest.send({ type: "presence", documentId, revision: 0, selections, top: 0 });
  expect(await client.next("presence")).toMatchObject({ selections, top: 3 });
  await guest.commit({ documentId, seq: 1, revision: 1, operation: [3, "ab\n"] });
  const late = (await stack.edit(sessionId, stack.guestToken(sessionId))).client;
  expect(await late.next("presence")).toMatchObject({ top: 6 });
  guest.send({ type: "presence", documentId, revision: 2, selections, top: 1e15 });
  expect((await late.next("presence")).top).toBe(text.length + 6);
  guest.send({ type: "presence", documentId, revision: 2, selections });
  expect(await late.next("presence")).not.toHaveProperty("top");
});

it("[P3] everybody hears who is here whenever it changes: those with a seat and those connected", async () => {
  const { sessionId, owner } = await stack.createSession();
  const client = await stack.join(sessionId, owner.token);
  const sub = randomUUID();
  const guest = await stack.join(sessionId, stack.guestToken(sessionId, { sub, name: "Bo" }));
  const bo = ({ participants }: DownFrameOf<"participants">) => participants.find((one) => one.participantId === sub);
  await client.next("participants", (frame) => bo(frame)?.connected === true);
  await guest.close();
  await client.next("participants", (frame) => bo(frame)?.connected === false);
  await client.next("participants", (frame) => bo(frame) === undefined);
  const observer = await stack.join(sessionId, stack.guestToken(sessionId, { role: "observer" }));
  await client.next("participants", ({ participants }) => participants.some(({ role }) => role === "observer"));
  await observer.close();
  await client.next("participants", ({ participants }) => participants.length === 1);
});
