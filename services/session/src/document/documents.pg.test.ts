import { randomUUID } from "node:crypto";
import { languages } from "@greenroom/shared/languages.ts";
import { randomFrom, randomOperation } from "@greenroom/shared/ot/random-operation.ts";
import { apply, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { maxDocumentCharacters, maxInsertedCharacters } from "@greenroom/shared/ot/validate-operation.ts";
import { maxDownFrameBytes } from "@greenroom/shared/protocol/version.ts";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { TestClient } from "../testing/test-client.ts";
import { eventually } from "../testing/eventually.ts";
import { seedOperations } from "../testing/seed-log.ts";
import { TestStack } from "../testing/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create({ ROOM_SEATS: 10 });
});
afterAll(async () => await stack.close());

const starter = languages.find(({ id }) => id === "python")!.starter;

/** What a client has been told of a document, checked to be without a gap or a double. */
function textAt(client: TestClient, documentId: string): { revision: number; text: string } {
  let at: { revision: number; text: string } | undefined;
  for (const frame of client.frames) {
    if (frame.type === "document.snapshot" && frame.documentId === documentId) at = frame;
    if (frame.type !== "document.operations" || frame.documentId !== documentId) continue;
    for (const { revision, operation } of frame.operations) {
      if (!at) throw new Error("An operation came before the document.");
      expect(revision).toBe(at.revision + 1);
      at = { revision, text: apply(at.text, operation as TextOperation) };
    }
  }
  if (!at) throw new Error("The document never came.");
  return at;
}

it("[D1] a document is answered with a snapshot, or with the operations since, and then followed", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId, text } = await stack.edit(sessionId, owner.token);
  expect(text).toBe(starter);
  for (let seq = 1; seq <= 5; seq++) await client.commit({ documentId, seq, revision: seq - 1, operation: [`${seq}`] });
  const guest = await stack.join(sessionId, stack.guestToken(sessionId));
  guest.send({ type: "document.open", documentId, since: 2 });
  const { operations } = await guest.next("document.operations");
  expect(operations.map(({ revision, operation }) => [revision, operation])).toEqual([
    [3, ["3"]],
    [4, ["4"]],
    [5, ["5"]],
  ]);
  guest.send({ type: "document.open", documentId, since: 5 });
  expect((await guest.next("document.operations")).operations).toEqual([]);
  guest.send({ type: "document.open", documentId, since: 6 });
  expect(await guest.next("document.snapshot")).toMatchObject({ revision: 5, text: `54321${starter}` });
  await client.commit({ documentId, seq: 6, revision: 5, operation: ["6"] });
  expect((await guest.next("document.operations")).operations).toMatchObject([
    { revision: 6, clientId: client.clientId },
  ]);
});

it("[D1] whoever opens a document while others write misses nothing and gets nothing twice (seed 7)", async () => {
  const random = randomFrom(7);
  const { sessionId, owner } = await stack.createSession();
  const { documentId } = await stack.edit(sessionId, owner.token);
  const writers = await Promise.all(
    ["a", "b", "c"].map(async (letter) => ({ letter, ...(await stack.edit(sessionId, stack.guestToken(sessionId))) })),
  );
  const writing = writers.map(async ({ client, letter }) => {
    for (let seq = 1; seq <= 60; seq++) {
      const known = client.all("document.operations").at(-1)?.operations.at(-1)?.revision ?? 0;
      await client.commit({ documentId, seq, revision: known, operation: [letter] });
    }
  });
  const opening = Array.from({ length: 12 }, async (_, index) => {
    const client = await stack.join(sessionId, stack.guestToken(sessionId, { role: "observer" }));
    for (let seen = 0; seen < random() * 40; seen++) await client.settled();
    const since = index % 3 === 0 ? 0 : null;
    client.send({ type: "document.open", documentId, since });
    return { client, since };
  });
  await Promise.all(writing);
  const truth = await stack.foldLog(documentId, starter);
  expect(truth.revision).toBe(180);
  for (const { client, since } of await Promise.all(opening)) {
    await client.settled();
    // Whoever asked for everything since the beginning has the starter to put it on.
    if (since === 0)
      client.frames.unshift({ type: "document.snapshot", documentId, language: "python", revision: 0, text: starter });
    expect(textAt(client, documentId)).toMatchObject(truth);
  }
});

it("[D1] opening again on the same socket tells each operation once: in the answer or after it", async () => {
  const { sessionId, owner } = await stack.createSession();
  // Longer than what is kept in memory, so that the answer has to wait for Postgres.
  await seedOperations(stack.db, sessionId, {
    participantId: owner.userId,
    operations: Array.from({ length: 1_500 }, () => ["x"]),
  });
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  for (let seq = 1; seq <= 10; seq++) {
    const known = client.frames.length;
    client.sendOperation({ documentId, seq, revision: 1499 + seq, operation: ["y"] });
    client.send({ type: "document.open", documentId, since: 0 });
    const told = () =>
      client.frames.slice(known).flatMap((frame) => {
        if (frame.type === "operation.ack") return [frame.seq];
        if (frame.type !== "document.operations") return [];
        return frame.operations.filter(({ revision }) => revision === 1500 + seq).map((operation) => operation.seq);
      });
    await eventually(told).toEqual([seq]);
    await client.settled();
    expect(told()).toEqual([seq]);
  }
});

it("[D1] a long history comes in frames below the bound of a frame", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const large = "\u0001".repeat(100_000); // 600 kB as JSON
  for (let seq = 1; seq <= 8; seq++)
    await client.commit({ documentId, seq, revision: seq - 1, operation: seq % 2 ? [large] : [{ d: large.length }] });
  const guest = await stack.join(sessionId, stack.guestToken(sessionId));
  guest.send({ type: "document.open", documentId, since: 0 });
  await guest.settled();
  const frames = guest.all("document.operations");
  expect(frames.flatMap(({ operations }) => operations.map(({ revision }) => revision))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8,
  ]);
  for (const frame of frames) expect(JSON.stringify(frame).length).toBeLessThan(2 * 1024 * 1024);
});

it("[D2] what does not fit the text is refused and changes nothing", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId, text } = await stack.edit(sessionId, owner.token);
  const hostile: TextOperation[] = [
    [],
    [3],
    [0],
    [-1, "x"],
    [0.5, "x"],
    [1, 1, "x"],
    ["x", 1],
    [""],
    ["a\r\nb"],
    ["a\0b"],
    ["\ud800"],
    ["\udc00\ud800"],
    [{ d: 0 }],
    [{ d: -4 }],
    [{ d: 3e8 }],
    [{ d: 1e15 }],
    [3e8, "x"],
    [text.length + 1, "x"],
    [{ d: text.length + 1 }],
    Array.from({ length: 25_001 }, (_, index) => (index % 2 ? { d: 1 } : "x")),
    ["x".repeat(maxInsertedCharacters + 1)],
  ];
  const started = performance.now();
  for (const operation of hostile) {
    client.sendOperation({ documentId, seq: 1, revision: 0, operation });
    expect(await client.next("operation.refused"), JSON.stringify(operation).slice(0, 80)).toMatchObject({
      code: "bad-operation",
    });
  }
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(await client.commit({ documentId, seq: 1, revision: 0, operation: ["fine "] })).toBe(1);
  expect(await stack.foldLog(documentId, text)).toEqual({ revision: 1, text: `fine ${text}` });
});

it("[D2] a document has a largest size, whichever revision an operation was made for", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId, text } = await stack.edit(sessionId, owner.token);
  const large = "x".repeat(maxInsertedCharacters);
  let seq = 1;
  for (; seq <= 3; seq++) await client.commit({ documentId, seq, revision: 0, operation: [large] });
  client.sendOperation({ documentId, seq, revision: 3, operation: [large] });
  expect(await client.next("operation.refused")).toMatchObject({ code: "document-too-large" });
  client.sendOperation({ documentId, seq, revision: 0, operation: [large] });
  expect(await client.next("operation.refused")).toMatchObject({ code: "document-too-large" });
  const { length } = (await stack.foldLog(documentId, text)).text;
  expect(length).toBeLessThanOrEqual(maxDocumentCharacters);
  const { client: renewed } = await stack.edit(sessionId, owner.token);
  await renewed.commit({ documentId, seq: 1, revision: 3, operation: [{ d: 10 }] });
});

it("[T3] the largest document there can be still comes in one frame", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId, text } = await stack.edit(sessionId, owner.token);
  const large = "\u0001".repeat(maxInsertedCharacters); // what JSON writes longest: six bytes a character
  await client.commit({ documentId, seq: 1, revision: 0, operation: [{ d: text.length }] });
  for (let seq = 2; seq <= 5; seq++) await client.commit({ documentId, seq, revision: seq - 1, operation: [large] });
  const snapshot = await client.openDocument(documentId);
  expect(snapshot.text.length).toBe(maxDocumentCharacters);
  expect(Buffer.byteLength(JSON.stringify(snapshot))).toBeLessThan(maxDownFrameBytes);
});

it("[D3] an operation for an older revision is transformed: what came first stands left", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId, text } = await stack.edit(sessionId, owner.token);
  await client.commit({ documentId, seq: 1, revision: 0, operation: ["😀"] });
  const { client: guest } = await stack.edit(sessionId, stack.guestToken(sessionId));
  expect(await guest.commit({ documentId, seq: 1, revision: 0, operation: ["right", { d: 2 }] })).toBe(2);
  expect((await client.next("document.operations")).operations[0]?.operation).toEqual([1, "right", { d: 2 }]);
  expect((await stack.foldLog(documentId, text)).text).toBe(`😀right${text.slice(2)}`);
  guest.sendOperation({ documentId, seq: 2, revision: 3, operation: ["x"] });
  expect(await guest.next("operation.refused")).toMatchObject({ code: "revision-ahead" });
});

it("[D4] a resent operation is applied once, over reconnects and restarts", async () => {
  const own = await TestStack.create();
  const { sessionId, owner } = await own.createSession();
  const { client, documentId, text } = await own.edit(sessionId, owner.token);
  const operation = { documentId, clientId: client.clientId, seq: 1, revision: 0, operation: ["once "] };
  expect(await client.commit(operation)).toBe(1);
  expect(await client.commit(operation)).toBe(1);
  await client.commit({ documentId, seq: 2, revision: 1, operation: ["more "] });
  client.sendOperation(operation);
  expect(await client.next("operation.refused")).toMatchObject({ code: "out-of-order" });
  const again = { ...operation, seq: 2, revision: 1, operation: ["more "] };
  await client.close();
  const { client: second } = await own.edit(sessionId, owner.token);
  expect(await second.commit(again)).toBe(2);
  await own.restart();
  const { client: third } = await own.edit(sessionId, owner.token);
  expect(await third.commit(again)).toBe(2);
  third.sendOperation({ ...again, seq: 4 });
  expect(await third.next("operation.refused")).toMatchObject({ code: "out-of-order", seq: 4 });
  expect(await third.commit({ ...again, seq: 3, revision: 2, operation: ["new "] })).toBe(3);
  expect(await own.foldLog(documentId, text)).toEqual({ revision: 3, text: `new more once ${text}` });
  await own.close();
});

it("[D4] a resend is known though more clients wrote since than are kept in memory", async () => {
  const { sessionId, owner } = await stack.createSession();
  const clients = Array.from({ length: 1_300 }, () => randomUUID());
  const operations = clients.map(() => ["x"]);
  await seedOperations(stack.db, sessionId, { participantId: owner.userId, operations, clients });
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const resent = { documentId, clientId: clients[3]!, seq: 1, revision: 1_300, operation: ["x"] };
  expect(await client.commit(resent)).toBe(4);
  expect(await client.commit({ ...resent, seq: 2 })).toBe(1_301);
  expect(await client.commit({ ...resent, clientId: randomUUID(), revision: 1_301 })).toBe(1_302);
});

it("[D4] a resend after the session ended is still acknowledged, and nothing new is taken", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  await client.commit({ documentId, seq: 1, revision: 0, operation: ["kept"] });
  client.send({ type: "session.end" });
  await client.next("session.ended");
  expect(await client.commit({ documentId, seq: 1, revision: 0, operation: ["kept"] })).toBe(1);
  client.sendOperation({ documentId, seq: 2, revision: 1, operation: ["lost"] });
  expect(await client.next("operation.refused")).toMatchObject({ code: "session-ended" });
});

it("[D4] a client id belongs to whoever used it first", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  await client.commit({ documentId, seq: 1, revision: 0, operation: ["mine"] });
  const { client: thief } = await stack.edit(sessionId, stack.guestToken(sessionId));
  for (const seq of [1, 2]) {
    thief.sendOperation({ documentId, clientId: client.clientId, seq, revision: 1, operation: ["theirs"] });
    expect(await thief.next("operation.refused")).toMatchObject({ code: "client-taken" });
  }
  expect(await client.commit({ documentId, seq: 2, revision: 1, operation: ["mine"] })).toBe(2);
});

it("[D5] nothing is acknowledged or told before Postgres has committed it", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId, text } = await stack.edit(sessionId, owner.token);
  const { client: guest } = await stack.edit(sessionId, stack.guestToken(sessionId));
  const observer = await stack.join(sessionId, stack.guestToken(sessionId, { role: "observer" }));
  const holder = await stack.db.connect();
  await holder.query("begin");
  await holder.query("select 1 from session where id = $1 for no key update", [sessionId]);
  onTestFinished(() => holder.release(true)); // whatever fails, nothing stays locked
  for (let seq = 1; seq <= 3; seq++) client.sendOperation({ documentId, seq, revision: 0, operation: ["held "] });
  // The commit is under way once Postgres reports that it waits for the lock.
  const waiting =
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into event%'";
  await eventually(async () => (await stack.db.query(waiting)).rowCount).toBe(1);
  await Promise.all([client.settled(), guest.settled()]);
  expect(client.all("operation.ack")).toEqual([]);
  expect(guest.all("document.operations")).toEqual([]);
  expect((await observer.openDocument(documentId)).text).toBe(text);
  await holder.query("commit");
  for (let seq = 1; seq <= 3; seq++) {
    expect(await client.next("operation.ack")).toMatchObject({ seq, revision: seq });
    expect((await guest.next("document.operations")).operations).toMatchObject([{ revision: seq }]);
  }
});

it("[D6] too many operations at once are refused for a while, and taken when they come again", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  for (let seq = 1; seq <= 700; seq++) client.sendOperation({ documentId, seq, revision: 0, operation: ["x"] });
  const refused = await client.next("operation.refused", ({ code }) => code === "rate-limited");
  expect(refused.seq).toBeGreaterThan(240);
  expect(refused.retryAfterMs).toBeGreaterThan(0);
  await eventually(async () => {
    client.sendOperation({ documentId, seq: refused.seq, revision: 0, operation: ["x"] });
    await client.settled();
    return client.all("operation.ack").some(({ seq }) => seq === refused.seq);
  }).toBe(true);
});

it("[D6] whoever writes too much at once is slowed on every socket of theirs, and nobody else is", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const large = "x".repeat(maxInsertedCharacters);
  for (let seq = 1; seq <= 40; seq++) client.sendOperation({ documentId, seq, revision: 0, operation: [large] });
  await client.settled();
  const again = await stack.edit(sessionId, owner.token);
  const { client: guest } = await stack.edit(sessionId, stack.guestToken(sessionId));
  const more = { documentId, seq: 1, revision: again.revision, operation: [large, { d: large.length }] };
  await eventually(() => {
    again.client.sendOperation({ ...more, clientId: randomUUID() });
    return again.client.all("operation.refused").find(({ code }) => code === "rate-limited")?.retryAfterMs ?? 0;
  }).toBeGreaterThan(0);
  expect(await guest.commit({ documentId, seq: 1, revision: again.revision, operation: ["y"] })).toBeGreaterThan(0);
});

it("[D6] observers may look but not write", async () => {
  const { sessionId } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, stack.guestToken(sessionId, { role: "observer" }));
  client.sendOperation({ documentId, seq: 1, revision: 0, operation: ["x"] });
  expect(await client.next("operation.refused")).toMatchObject({ code: "not-allowed", seq: 1 });
});

it("[D6] an operation for a document that the socket has not opened is refused", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { documentId } = await stack.edit(sessionId, owner.token);
  const other = await stack.join(sessionId, owner.token);
  other.sendOperation({ documentId, seq: 1, revision: 0, operation: ["x"] });
  expect(await other.next("operation.refused")).toMatchObject({ code: "unknown-document" });
  other.send({ type: "document.open", documentId: randomUUID(), since: null });
  expect(await other.next("error")).toMatchObject({ code: "unknown-document" });
});

it("[D7] history holds every operation as it was committed (seed 11)", async () => {
  const random = randomFrom(11);
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId, text } = await stack.edit(sessionId, owner.token);
  let now = text;
  for (let seq = 1; seq <= 220; seq++) {
    const { operation, after } = randomOperation(now, random);
    client.sendOperation({ documentId, seq, revision: seq - 1, operation });
    const answer = await Promise.race([client.next("operation.ack", (ack) => ack.seq === seq), client.closed]);
    expect(answer).toMatchObject({ revision: seq });
    now = after;
  }
  expect(await stack.foldLog(documentId, text)).toEqual({ revision: 220, text: now });
  // The snapshot is only a short cut to the same text.
  const { rows } = await stack.db.query("select snapshot_revision from document where id = $1", [documentId]);
  expect(rows).toEqual([{ snapshot_revision: 200 }]);
  const record = await stack.request(`/api/sessions/${sessionId}`, { token: owner.token });
  expect(await record.json()).toMatchObject({ documents: [{ revision: 220, text: now }] });
});

it("[D8] each language has its own document, and keeps its text", async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const guest = await stack.join(sessionId, stack.guestToken(sessionId));
  await client.commit({ documentId, seq: 1, revision: 0, operation: ["# mine\n"] });
  guest.send({ type: "language", language: "java" });
  const java = await client.next("language");
  expect(java).toMatchObject({ language: "java" });
  expect(await guest.next("language")).toEqual(java);
  expect((await client.openDocument(java.documentId)).text).toContain("class Main");
  client.send({ type: "language", language: "python" });
  expect(await guest.next("language")).toMatchObject({ documentId, participantId: owner.userId });
  expect(await guest.openDocument(documentId)).toMatchObject({ revision: 1, text: `# mine\n${starter}` });
  const observer = await stack.join(sessionId, stack.guestToken(sessionId, { role: "observer" }));
  observer.send({ type: "language", language: "c" });
  expect(await observer.next("error")).toMatchObject({ code: "not-allowed", refused: "language" });
});
