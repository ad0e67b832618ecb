import { givenInput } from "@greenroom/shared/protocol/run.ts";
import { randomUUID } from "node:crypto";
import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { accessTokenPrefix, maxFrameBytes, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { TokenMaker } from "@greenroom/shared/testing/token-maker.ts";
import { TestClient } from "../testing/test-client.ts";
import { eventually } from "../testing/eventually.ts";
import { TestStack } from "../testing/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create({ ROOM_SEATS: 10 });
});
afterAll(async () => await stack.close());

const closedBy = (reason: keyof typeof closeCodes) => ({ code: closeCodes[reason], reason });
const soon = () => Math.floor(Date.now() / 1000) + 2;

it("[T1] a socket that offers the protocol and a good token gets the protocol and a welcome", async () => {
  const { sessionId, owner } = await stack.createSession();
  const client = stack.connect(sessionId, owner.token);
  const welcome = await client.next("welcome");
  expect(client.socket.protocol).toBe(subprotocol);
  expect(welcome.self).toMatchObject({ participantId: owner.userId, role: "interviewer", connected: true });
  await client.close();
});

it("[T1] headers other than the subprotocol prove nothing", async () => {
  const { sessionId } = await stack.createSession();
  const token = stack.guestToken(sessionId);
  const client = stack.connect(`${sessionId}`, undefined);
  expect(await client.closed).toEqual(closedBy("unauthenticated"));
  const inQuery = new TestClient({ url: stack.url, sessionId, protocols: [subprotocol, `bearer.${token}`] });
  expect(await inQuery.closed).toEqual(closedBy("unauthenticated"));
});

it("[T2] whoever is not let in is told why by the close code", async () => {
  const { sessionId } = await stack.createSession();
  const { sessionId: other } = await stack.createSession();
  const past = Math.floor(Date.now() / 1000) - 5;
  const guest = stack.guestToken(sessionId);
  const [header = "", , signature = ""] = guest.split(".");
  const claims = { name: "Mallory", role: "admin" };
  const unsigned = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
  const attempts: [string, string | undefined, keyof typeof closeCodes][] = [
    [sessionId, undefined, "unauthenticated"],
    [sessionId, "x", "unauthenticated"],
    [sessionId, `${header}.eA.${signature}`, "unauthenticated"],
    [sessionId, `${unsigned}.${guest.split(".")[1]}.`, "unauthenticated"],
    [sessionId, stack.guestToken(sessionId, { exp: past }), "unauthenticated"],
    [sessionId, new TokenMaker().user(claims), "unauthenticated"],
    [other, guest, "forbidden"],
    [randomUUID(), stack.user().token, "session-not-found"],
    ["no-uuid", stack.user().token, "session-not-found"],
    ["-".repeat(36), stack.user().token, "session-not-found"],
  ];
  for (const [session, token, reason] of attempts) {
    const client = stack.connect(session, token);
    expect(await client.closed, `${reason} for ${token}`).toEqual(closedBy(reason));
    expect(client.frames).toEqual([]);
  }
});

it("[T2] a socket without the protocol is closed as bad", async () => {
  const { sessionId, owner } = await stack.createSession();
  const client = new TestClient({ url: stack.url, sessionId, protocols: [] });
  expect(await client.closed).toEqual(closedBy("bad-protocol"));
  const tokenOnly = new TestClient({ url: stack.url, sessionId, protocols: [accessTokenPrefix + owner.token] });
  await tokenOnly.closed;
  expect(tokenOnly.frames).toEqual([]);
});

it("[T3] too large and binary frames close their socket, and nobody else's", async () => {
  const { sessionId, owner } = await stack.createSession();
  const witness = await stack.edit(sessionId, owner.token);
  const large = await stack.join(sessionId, stack.guestToken(sessionId));
  large.socket.send("x".repeat(maxFrameBytes + 1));
  expect((await large.closed).code).toBe(1009);
  const binary = await stack.join(sessionId, stack.guestToken(sessionId));
  binary.socket.send(Buffer.from(JSON.stringify({ type: "ping" })));
  expect(await binary.closed).toEqual(closedBy("bad-protocol"));
  expect(await witness.client.commit({ ...witness, seq: 1, operation: ["still here"] })).toBe(1);
  await witness.client.close();
});

it("[T4] a socket ends with its token, unless a newer one of the same bearer came in time", async () => {
  const { sessionId, owner } = await stack.createSession();
  const sub = randomUUID();
  const inviteId = randomUUID();
  const ending = await stack.join(sessionId, stack.guestToken(sessionId, { exp: soon() }));
  const renewed = await stack.join(sessionId, stack.guestToken(sessionId, { sub, inviteId, exp: soon() }));
  renewed.send({ type: "access", accessToken: stack.guestToken(sessionId, { sub, inviteId }) });
  const started = Date.now();
  expect(await ending.closed).toEqual(closedBy("unauthenticated"));
  expect(Date.now() - started).toBeLessThan(7_000); // two seconds of life and five to notice
  await renewed.settled();
  expect(renewed.all("error")).toEqual([]);
  for (const accessToken of [
    "nonsense",
    owner.token,
    stack.guestToken(sessionId),
    stack.guestToken(sessionId, { sub, inviteId, role: "interviewer" }),
    stack.guestToken(sessionId, { sub, inviteId: randomUUID() }),
    stack.guestToken(sessionId, { sub, inviteId, exp: soon() }),
  ]) {
    renewed.send({ type: "access", accessToken });
    expect(await renewed.next("error")).toMatchObject({ code: "unauthenticated", refused: "access" });
  }
  await renewed.close();
});

it("[T4] a revoked invite and a disabled user are out within five seconds though no event came", async () => {
  const { sessionId, owner } = await stack.createSession();
  const inviteId = randomUUID();
  const colleague = stack.user({ role: "admin" });
  const guest = await stack.join(sessionId, stack.guestToken(sessionId, { inviteId }));
  const user = await stack.join(sessionId, colleague.token);
  const stays = await stack.join(sessionId, owner.token);
  stack.auth.lost.add(inviteId).add(colleague.userId);
  const started = Date.now();
  expect(await guest.closed).toEqual(closedBy("revoked"));
  expect(await user.closed).toEqual(closedBy("revoked"));
  expect(Date.now() - started).toBeLessThan(5_000);
  await stays.next("participants", ({ participants }) => participants.length === 1);
  await stays.close();
});

it("[T4] a participant removed elsewhere is out within five seconds though no event came", async () => {
  const { sessionId } = await stack.createSession();
  const sub = randomUUID();
  const guest = await stack.join(sessionId, stack.guestToken(sessionId, { sub }));
  await stack.db.query("update participant set removed_at = now() where session_id = $1 and id = $2", [sessionId, sub]);
  const started = Date.now();
  expect(await guest.closed).toEqual(closedBy("removed"));
  expect(Date.now() - started).toBeLessThan(5_000);
});

it("[T4] a peer that does not answer its close gets nothing done any more, and is cut off", async () => {
  const { sessionId, owner } = await stack.createSession();
  const witness = await stack.edit(sessionId, owner.token);
  const sub = randomUUID();
  const { client, documentId } = await stack.edit(sessionId, stack.guestToken(sessionId, { sub }));
  const hostile = client.socket as unknown as { _receiver: { removeAllListeners(event: string): void } }; // ws's innards
  hostile._receiver.removeAllListeners("conclude");
  witness.client.send({ type: "participant.remove", participantId: sub });
  await witness.client.settled();
  client.sendOperation({ documentId, seq: 1, revision: 0, operation: ["too late"] });
  expect((await client.closed).code).toBe(1006);
  expect(await stack.foldLog(documentId, "")).toEqual({ revision: 0, text: "" });
  await witness.client.close();
});

it("[T5] a restart tells everybody to connect again, and the room is as it was", async () => {
  const own = await TestStack.create();
  const { sessionId, owner } = await own.createSession();
  const { client, ...document } = await own.edit(sessionId, owner.token);
  await client.commit({ ...document, seq: 1, operation: ["kept "] });
  await own.restart();
  expect(await client.closed).toEqual(closedBy("service-restart"));
  const again = await own.edit(sessionId, owner.token);
  expect(again).toMatchObject({ revision: 1, text: `kept ${document.text}` });
  await own.close();
});

it("[T6] a reader that does not read is cut off, and nobody else notices", async () => {
  const { sessionId, owner } = await stack.createSession();
  const writer = await stack.edit(sessionId, owner.token);
  const other = await stack.edit(sessionId, stack.guestToken(sessionId));
  const slow = await stack.edit(sessionId, stack.guestToken(sessionId));
  slow.client.socket.pause();
  const text = "\u0001".repeat(256 * 1024); // six bytes each, as JSON
  const times: number[] = [];
  let revision = 0;
  // The kernel's buffers hold some megabytes; the server gives up at eight of its own.
  for (const { client, documentId } of [writer, other])
    for (let seq = 1; seq <= 30; seq++) {
      const started = performance.now();
      const operation = seq % 2 === 1 ? [text] : [{ d: text.length }];
      revision = await client.commit({ documentId, seq, revision, operation });
      times.push(performance.now() - started);
    }
  const present = () => writer.client.all("participants").at(-1)?.participants ?? [];
  await eventually(() => present().filter(({ connected }) => connected).length).toBe(2);
  slow.client.socket.resume();
  const { code } = await slow.client.closed;
  expect([closeCodes["too-slow"], 1006]).toContain(code);
  expect(Math.max(...times)).toBeLessThan(1_500);
  const back = await stack.edit(sessionId, stack.guestToken(sessionId, { role: "observer" }));
  expect(back.revision).toBe(revision);
});

it("[T7] a burst of 1,200 frames is fine, and a flood closes its socket alone", async () => {
  const { sessionId, owner } = await stack.createSession();
  const witness = await stack.join(sessionId, owner.token);
  const client = await stack.join(sessionId, stack.guestToken(sessionId));
  for (let sent = 0; sent < 1_150; sent++) client.send({ type: "ping" });
  await vi.waitFor(() => expect(client.all("pong")).toHaveLength(1_150), { timeout: 5_000 });
  for (let sent = 0; sent < 3_000; sent++) client.send({ type: "ping" });
  expect(await client.closed).toEqual(closedBy("rate-limited"));
  await witness.settled();
  await witness.close();
});

it("[E1] a refused frame is answered to its sender alone", async () => {
  const { sessionId, owner } = await stack.createSession();
  const witness = await stack.edit(sessionId, owner.token);
  const { client, documentId } = await stack.edit(sessionId, stack.guestToken(sessionId));
  await witness.client.next("participants", ({ participants }) => participants.length === 2);
  const seen = witness.client.frames.length;
  const { documentId: foreign } = await stack.edit((await stack.createSession()).sessionId, stack.user().token);
  client.send({ type: "document.open", documentId: foreign, since: null });
  expect(await client.next("error")).toMatchObject({ code: "unknown-document", refused: "document.open" });
  client.sendOperation({ documentId: foreign, seq: 1, revision: 0, operation: ["x"] });
  expect(await client.next("operation.refused")).toMatchObject({ code: "unknown-document" });
  client.send({ type: "run.start", runId: randomUUID(), documentId: foreign, revision: 0, task: givenInput("") });
  expect(await client.next("error")).toMatchObject({ code: "unknown-document", refused: "run.start" });
  client.sendOperation({ documentId, seq: 7, revision: 0, operation: ["x"] });
  expect(await client.next("operation.refused")).toMatchObject({ code: "out-of-order", seq: 7 });
  client.sendOperation({ documentId, seq: 1, revision: 0, operation: [300_000_000, "x"] });
  expect(await client.next("operation.refused")).toMatchObject({ code: "bad-operation" });
  client.send({ type: "session.end" });
  expect(await client.next("error")).toMatchObject({ code: "not-allowed", refused: "session.end" });
  await witness.client.settled();
  expect(witness.client.frames.slice(seen).map(({ type }) => type)).toEqual(["pong"]);
});

it("[E2] twenty unreadable frames are answered, the next one closes the socket", async () => {
  const { sessionId, owner } = await stack.createSession();
  const witness = await stack.join(sessionId, owner.token);
  const client = await stack.join(sessionId, stack.guestToken(sessionId));
  const unreadable = ["", "{", "null", "[]", '{"type":"nothing"}', '{"type":"run.stop"}', '"ping"', "\u0000"];
  for (let sent = 0; sent < 20; sent++) client.socket.send(unreadable[sent % unreadable.length]!);
  await client.settled();
  expect(client.all("error").map(({ code }) => code)).toEqual(Array(20).fill("malformed-frame"));
  expect(client.all("error")[5]).toMatchObject({ refused: "run.stop" });
  client.socket.send("{");
  expect(await client.closed).toEqual(closedBy("bad-protocol"));
  await witness.settled();
  await witness.close();
});

it("[E1] ids written in capitals are the same ids, and harm nobody", async () => {
  const { sessionId, owner } = await stack.createSession();
  const one = await stack.edit(sessionId, owner.token);
  const { client, documentId } = await stack.edit(sessionId.toUpperCase(), owner.token);
  const clientId = randomUUID();
  client.sendOperation({ documentId, clientId, seq: 1, revision: 0, operation: ["a"] });
  await client.next("operation.ack");
  const capitals = { documentId: documentId.toUpperCase(), clientId: clientId.toUpperCase() };
  client.sendOperation({ ...capitals, seq: 1, revision: 0, operation: ["a"] });
  expect(await client.next("operation.ack")).toMatchObject({ documentId, clientId, seq: 1, revision: 1 });
  await client.openDocument(documentId);
  client.sendOperation({ ...capitals, seq: 2, revision: 1, operation: ["b"] });
  await client.next("operation.ack", ({ seq }) => seq === 2);
  await one.client.next("document.operations", ({ operations }) => operations[0]?.revision === 2);
  expect(await stack.foldLog(documentId, "")).toEqual({ revision: 2, text: "ba" });
});

it("[T7] a participant has at most twenty sockets in a room, and others are let in all the same", async () => {
  const { sessionId, owner } = await stack.createSession();
  const token = stack.guestToken(sessionId);
  const tabs = await Promise.all(Array.from({ length: 20 }, () => stack.join(sessionId, token)));
  expect(await stack.connect(sessionId, token).closed).toEqual(closedBy("rate-limited"));
  await stack.join(sessionId, owner.token);
  await tabs[0]?.close();
  await stack.join(sessionId, token);
});
