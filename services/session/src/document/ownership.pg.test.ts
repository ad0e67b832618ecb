import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { roomOwnerKey } from "@greenroom/shared/events/room-owner.ts";
import { languages } from "@greenroom/shared/languages.ts";
import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { TestStack } from "../testing/test-stack.ts";
import { Typist } from "../testing/typist.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create({ ROOM_SEATS: 10 });
});
afterAll(async () => await stack.close());

const starter = languages.find(({ id }) => id === "python")!.starter;
const closedBy = (reason: keyof typeof closeCodes) => ({ code: closeCodes[reason], reason });

it("[D5] a room taken by another process commits nothing more in the first: its sockets are told it moved", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  await client.commit({ documentId, seq: 1, revision: 0, operation: ["first "] });
  await stack.db.query("update session set epoch = epoch + 1 where id = $1", [sessionId]);
  client.sendOperation({ documentId, seq: 2, revision: 1, operation: ["ghost "] });
  expect(await client.closed).toEqual(closedBy("moved"));
  expect(client.all("operation.ack").map(({ seq }) => seq)).toEqual([1]);
  const { client: again, revision } = await stack.edit(sessionId, owner.token);
  expect(revision).toBe(1);
  const resent = { documentId, clientId: client.clientId, seq: 2, revision: 1, operation: ["ghost "] };
  expect(await again.commit(resent)).toBe(2);
  expect((await stack.foldLog(documentId, starter)).text).toBe(`ghost first ${starter}`);
});

it("[D1] a room that another process has taken tells nobody who knows more what was true before", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const snapshots = client.all("document.snapshot").length;
  await stack.db.query("update session set epoch = epoch + 1 where id = $1", [sessionId]);
  client.send({ type: "document.open", documentId, since: 7 });
  expect(await client.closed).toEqual(closedBy("moved"));
  expect(client.all("document.snapshot")).toHaveLength(snapshots);
});

it("[D5] an idle room that was taken by another process notices within five seconds", async () => {
  const { sessionId, owner } = await stack.createSession();
  const client = await stack.join(sessionId, owner.token);
  await stack.db.query("update session set epoch = epoch + 1 where id = $1", [sessionId]);
  expect(await client.closed).toEqual(closedBy("moved"));
});

it("[D4] two processes that both hold a room make one history, without a gap or a double", async () => {
  const second = await stack.startApp();
  onTestFinished(() => second.close());
  const { sessionId, owner } = await stack.createSession();
  const one = await stack.edit(sessionId, owner.token);
  const { documentId } = one;
  const elsewhere = stack.connect(sessionId, owner.token, second.url);
  expect(await elsewhere.closed).toEqual(closedBy("moved")); // the lease says where the room is
  await stack.redis.del(roomOwnerKey(sessionId));
  for (let seq = 1; seq <= 20; seq++) one.client.sendOperation({ documentId, seq, revision: 0, operation: ["1"] });
  const two = await stack.edit(sessionId, owner.token, second.url);
  for (let seq = 21; seq <= 40; seq++) one.client.sendOperation({ documentId, seq, revision: 0, operation: ["1"] });
  for (let seq = 1; seq <= 20; seq++) await two.client.commit({ ...two, seq, operation: ["2"] });
  expect(await one.client.closed).toEqual(closedBy("moved"));
  const acknowledged = [...one.client.all("operation.ack"), ...two.client.all("operation.ack")];
  expect(new Set(acknowledged.map(({ revision }) => revision)).size).toBe(acknowledged.length);
  const { revision, text } = await stack.foldLog(documentId, starter);
  expect(revision).toBe(two.revision + 20);
  const { rows } = await stack.db.query<{ revision: number; client_id: string; seq: number }>(
    "select revision, client_id, seq from event where document_id = $1",
    [documentId],
  );
  for (const { revision: at, clientId, seq } of acknowledged)
    expect(rows).toContainEqual({ revision: at, client_id: clientId, seq });
  expect(await two.client.openDocument(documentId)).toMatchObject({ revision, text });
});

it("[T5] a process that stops hands its rooms over: whoever comes back at once is let in elsewhere, and finds it all", async () => {
  const stopping = await stack.startApp();
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token, stopping.url);
  for (let seq = 1; seq <= 50; seq++) client.sendOperation({ documentId, seq, revision: 0, operation: ["x"] });
  await client.next("operation.ack");
  const stopped = stopping.close();
  expect(await client.closed).toEqual(closedBy("service-restart"));
  const { revision, text } = await stack.edit(sessionId, owner.token);
  expect(revision).toBeGreaterThanOrEqual(client.all("operation.ack").length);
  expect(await stack.foldLog(documentId, starter)).toEqual({ revision, text });
  await stopped;
});

it("[C3] ending a session under way: what is acknowledged stays, the rest is refused, and the room stays to be read", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const guests = await Promise.all([1, 2].map(() => stack.edit(sessionId, stack.guestToken(sessionId))));
  const everybody = [client, ...guests.map((guest) => guest.client)];
  const perClient = 40;
  for (let seq = 1; seq <= perClient; seq++) {
    for (const writer of everybody) writer.sendOperation({ documentId, seq, revision: 0, operation: ["x"] });
    if (seq === perClient / 2)
      void stack.request(`/api/sessions/${sessionId}/end`, { token: owner.token, method: "POST" });
    await client.settled();
  }
  for (const reader of everybody) await reader.next("session.ended");
  const answers = () =>
    everybody.flatMap((writer) => [...writer.all("operation.ack"), ...writer.all("operation.refused")]);
  await eventually(() => answers().length).toBe(3 * perClient);
  const acknowledged = everybody.flatMap((writer) => writer.all("operation.ack"));
  for (const refused of everybody.flatMap((writer) => writer.all("operation.refused")))
    expect(["session-ended", "out-of-order"]).toContain(refused.code);
  const { revision, text } = await stack.foldLog(documentId, starter);
  expect(revision).toBe(acknowledged.length);
  const late = await stack.edit(sessionId, owner.token);
  expect(late).toMatchObject({ revision, text });
});

it.each([1, 2])(
  "[D3] four typists with breaking connections end with one text, the database's (seed %i)",
  async (seed) => {
    const random = randomFrom(seed);
    const { sessionId, owner } = await stack.createSession();
    const { client, documentId } = await stack.edit(sessionId, owner.token);
    await client.commit({ documentId, seq: 1, revision: 0, operation: ["😀 begin\n"] });
    const typists = [owner.token, ...[1, 2, 3].map(() => stack.guestToken(sessionId))].map(
      (token) => new Typist({ documentId, random, connect: () => stack.connect(sessionId, token) }),
    );
    onTestFinished(() => typists.forEach((typist) => typist.stop()));
    await eventually(() => typists.every((typist) => typist.isOpen)).toBe(true);
    for (let round = 0; round < 250; round++) {
      const typist = typists[Math.floor(random() * typists.length)]!;
      if (random() < 0.03) typist.disconnect();
      else typist.type();
      if (random() < 0.3) await client.settled();
    }
    await eventually(() => typists.every((typist) => typist.isSynchronised)).toBe(true);
    const truth = await stack.foldLog(documentId, starter);
    await eventually(() => typists.every((typist) => typist.revision === truth.revision)).toBe(true);
    for (const typist of typists) expect(typist.text).toBe(truth.text);
    const acknowledged = typists.reduce((sum, typist) => sum + typist.acknowledged, 1);
    expect(acknowledged).toBe(truth.revision);
    expect((await client.openDocument(documentId)).text).toBe(truth.text);
  },
);

it("[D3] typists go on over restarts of the service, and nothing acknowledged or typed is lost", async () => {
  const own = await TestStack.create();
  onTestFinished(() => own.close());
  const random = randomFrom(5);
  const { sessionId, owner } = await own.createSession();
  const { documentId, text } = await own.edit(sessionId, owner.token);
  const typists = [owner.token, own.guestToken(sessionId)].map(
    (token) => new Typist({ documentId, random, connect: () => own.connect(sessionId, token) }),
  );
  onTestFinished(() => typists.forEach((typist) => typist.stop()));
  await eventually(() => typists.every((typist) => typist.isOpen)).toBe(true);
  for (let restart = 0; restart < 3; restart++) {
    for (let round = 0; round < 30; round++) typists[round % 2]!.type();
    await own.restart();
  }
  await eventually(() => typists.every((typist) => typist.isSynchronised)).toBe(true);
  const truth = await own.foldLog(documentId, text);
  await eventually(() => typists.every((typist) => typist.revision === truth.revision)).toBe(true);
  for (const typist of typists) expect(typist.text).toBe(truth.text);
});
