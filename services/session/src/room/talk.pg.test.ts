import { randomUUID } from "node:crypto";
import { maxMessageCharacters } from "@greenroom/shared/protocol/chat.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { seedEvents } from "../testing/seed-log.ts";
import { TestStack } from "../testing/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create({ ROOM_SEATS: 10 });
});
afterAll(async () => await stack.close());

async function open() {
  const { sessionId, owner } = await stack.createSession();
  const { client: interviewer, documentId } = await stack.edit(sessionId, owner.token);
  const candidateToken = stack.guestToken(sessionId);
  const candidate = await stack.join(sessionId, candidateToken);
  const observer = await stack.join(sessionId, stack.guestToken(sessionId, { role: "observer" }));
  return { sessionId, owner, documentId, interviewer, candidate, candidateToken, observer };
}

const kindsOf = async (sessionId: string, kind: string) =>
  (
    await stack.db.query<{ body: unknown; participant_id: string }>(
      "select body::json as body, participant_id from event where session_id = $1 and kind = $2 order by number",
      [sessionId, kind],
    )
  ).rows;

it("[M1] a message is told to everybody once, however often it is sent, also after a restart", async () => {
  const own = await TestStack.create();
  const { sessionId, owner } = await own.createSession();
  const client = await own.join(sessionId, owner.token);
  const guest = await own.join(sessionId, own.guestToken(sessionId));
  const messageId = randomUUID();
  const frame = { type: "chat.send", messageId: messageId.toUpperCase(), text: "  Hello 😀\r\n" } as const;
  client.send(frame);
  client.send(frame);
  const said = await guest.next("chat");
  expect(said).toMatchObject({ messageId, participantId: owner.userId, text: "Hello 😀" });
  await client.settled();
  await guest.settled();
  expect(guest.all("chat")).toHaveLength(1);
  await own.restart();
  const again = await own.join(sessionId, owner.token);
  expect(again.all("welcome")[0]?.chat).toMatchObject({ messages: [{ messageId, text: "Hello 😀" }], more: false });
  again.send(frame);
  expect(await again.next("chat")).toEqual(said);
  expect((await own.db.query("select 1 from event where kind = 'chat'")).rowCount).toBe(1);
  await own.close();
});

it("[M1] observers are silent; messages have a length; a message's id is its sender's", async () => {
  const { interviewer, candidate, observer } = await open();
  const messageId = randomUUID();
  observer.send({ type: "chat.send", messageId, text: "Psst" });
  expect(await observer.next("error")).toMatchObject({ code: "not-allowed", messageId });
  for (const text of [" \n ", "😀".repeat(maxMessageCharacters - 1) + "ab"]) {
    candidate.send({ type: "chat.send", messageId, text });
    expect(await candidate.next("error")).toMatchObject({ code: "bad-message", messageId });
  }
  candidate.send({ type: "chat.send", messageId, text: "😀".repeat(maxMessageCharacters) });
  await interviewer.next("chat");
  interviewer.send({ type: "chat.send", messageId, text: "Mine" });
  expect(await interviewer.next("error")).toMatchObject({ code: "bad-message" });
});

it("[M1] so many messages as nobody can read are refused for a while", async () => {
  const { candidate } = await open();
  for (let count = 0; count < 40; count++)
    candidate.send({ type: "chat.send", messageId: randomUUID(), text: `${count}` });
  expect(await candidate.next("error")).toMatchObject({ code: "rate-limited", refused: "chat.send" });
});

it("[M2] who comes in gets the newest two hundred messages, and is told that there are more", async () => {
  const { sessionId, owner } = await stack.createSession();
  const texts = Array.from({ length: 250 }, (_, index) => `Message ${index}`);
  const participantId = owner.userId;
  await seedEvents(
    stack.db,
    sessionId,
    texts.map((text) => ({ kind: "chat", participantId, body: { messageId: randomUUID(), text } })),
  );
  const { chat } = (await stack.join(sessionId, owner.token)).all("welcome")[0]!;
  expect(chat.more).toBe(true);
  expect(chat.messages.map(({ text }) => text)).toEqual(texts.slice(-200));
});

it("[M1] a message that is sent again is acknowledged however long ago it was said, and after the end", async () => {
  const { sessionId, owner } = await stack.createSession();
  const said = Array.from({ length: 201 }, (_, index) => ({ messageId: randomUUID(), text: `Message ${index}` }));
  const participantId = owner.userId;
  await seedEvents(
    stack.db,
    sessionId,
    said.map((body) => ({ kind: "chat", participantId, body })),
  );
  const client = await stack.join(sessionId, owner.token);
  const guest = await stack.join(sessionId, stack.guestToken(sessionId));
  const [oldest] = said;
  if (!oldest) throw new Error("Nothing was said.");
  client.send({ type: "chat.send", ...oldest });
  expect(await client.next("chat")).toMatchObject({ ...oldest, participantId });
  client.send({ type: "session.end" });
  await client.next("session.ended");
  client.send({ type: "chat.send", ...oldest });
  expect(await client.next("chat")).toMatchObject(oldest);
  guest.send({ type: "chat.send", ...oldest });
  expect(await guest.next("error")).toMatchObject({ code: "session-ended" });
  expect(guest.all("chat")).toEqual([]);
  expect(await kindsOf(sessionId, "chat")).toHaveLength(201);
});

it("[P4] everybody sees who looks at which document, and whose page is out of sight", async () => {
  const { sessionId, owner, documentId, interviewer, candidate, observer } = await open();
  observer.send({ type: "view", documentId });
  await candidate.next("participants", ({ participants }) =>
    participants.some(({ role, viewing }) => role === "observer" && viewing === documentId),
  );
  interviewer.send({ type: "tab", away: true });
  const isAway = (away: boolean) => (frame: { participants: { participantId: string; away: boolean }[] }) =>
    frame.participants.some((one) => one.participantId === owner.userId && one.away === away);
  await candidate.next("participants", isAway(true));
  const secondTab = await stack.join(sessionId, owner.token);
  await candidate.next("participants", isAway(false));
  secondTab.send({ type: "tab", away: true });
  const said = async () => (await kindsOf(sessionId, "tab")).map(({ body }) => body);
  await eventually(said).toEqual([{ away: true }, { away: false }, { away: true }]);
  interviewer.send({ type: "view", documentId: randomUUID() });
  expect(await interviewer.next("error")).toMatchObject({ code: "unknown-document" });
});

it("[P5] what was pasted is kept, and told to nobody", async () => {
  const { sessionId, documentId, interviewer, candidate } = await open();
  await interviewer.settled();
  const told = interviewer.frames.length;
  candidate.send({ type: "paste", documentId, characters: 812 });
  await eventually(async () => (await kindsOf(sessionId, "paste")).length).toBe(1);
  expect(await kindsOf(sessionId, "paste")).toMatchObject([{ body: { documentId, characters: 812 } }]);
  await interviewer.settled();
  expect(interviewer.frames.slice(told).map(({ type }) => type)).toEqual(["pong"]);
});

it("[L8] carets are sampled while somebody edits, and not otherwise", async () => {
  const { sessionId, owner, documentId, interviewer } = await open();
  interviewer.send({ type: "presence", documentId, revision: 0, selections: [{ anchor: 3, head: 3 }] });
  await interviewer.commit({ documentId, seq: 1, revision: 0, operation: ["abc"] });
  await eventually(async () => (await kindsOf(sessionId, "carets")).length).toBe(1);
  expect(await kindsOf(sessionId, "carets")).toMatchObject([
    { body: { carets: [{ participantId: owner.userId, documentId, selections: [{ anchor: 6, head: 6 }] }] } },
  ]);
});
