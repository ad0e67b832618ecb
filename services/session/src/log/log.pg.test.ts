import type { getHistory, getProof, getTimeline, listEvents } from "@greenroom/shared/api/history-routes.ts";
import type { ResponseOf } from "@greenroom/shared/api/route.ts";
import { defaultCompileLimits, defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { CaseResult, RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import { fold } from "@greenroom/shared/log/reduce.ts";
import { emptyState } from "@greenroom/shared/log/state.ts";
import { createDatabase, type Database } from "@greenroom/shared/node/database.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { randomFrom, randomOperation } from "@greenroom/shared/ot/random-operation.ts";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { SessionDatabase } from "../db/schema.ts";
import { eventually } from "../testing/eventually.ts";
import { seedEvents, seedOperations } from "../testing/seed-log.ts";
import { TestStack } from "../testing/test-stack.ts";
import { Typist } from "../testing/typist.ts";
import { eraseParticipant } from "./erase-store.ts";
import { verifySignature } from "./verify-signature.ts";
import { verifyLog } from "./verify-log.ts";

let stack: TestStack;
let db: Database<SessionDatabase>;
beforeAll(async () => {
  stack = await TestStack.create({ ROOM_SEATS: 10 });
  db = createDatabase(stack.databaseUrl, createLogger("test", "fatal"));
});
afterAll(async () => {
  await db.destroy();
  await stack.close();
});

type Scene = Awaited<ReturnType<typeof play>>;

/** A session in which everything happens that a log can tell of, runs apart. */
async function play(seed: number, rounds: number) {
  const random = randomFrom(seed);
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const guest = stack.guestToken(sessionId);
  const typists = [owner.token, guest].map(
    (token) => new Typist({ documentId, random, connect: () => stack.connect(sessionId, token) }),
  );
  onTestFinished(() => typists.forEach((typist) => typist.stop()));
  await eventually(() => typists.every((typist) => typist.isOpen)).toBe(true);
  const second = randomUUID();
  client.send({ type: "file.add", documentId: second, path: "lib/util.py", text: "x = 1\n" });
  await client.next("files");
  for (let round = 0; round < rounds; round++) {
    const typist = typists[Math.floor(random() * typists.length)]!;
    const chance = random();
    if (chance < 0.03) typist.disconnect();
    else if (chance < 0.08) client.send({ type: "chat.send", messageId: randomUUID(), text: `Round ${round} 😀` });
    else if (chance < 0.1) client.send({ type: "language", language: random() < 0.5 ? "python" : "java" });
    else if (chance < 0.12) client.send({ type: "view", documentId: random() < 0.5 ? second : documentId });
    else if (chance < 0.14) client.send({ type: "tab", away: random() < 0.5 });
    else if (chance < 0.16) client.send({ type: "paste", documentId, characters: 1 + round });
    else typist.type();
    if (random() < 0.3) await client.settled();
  }
  await eventually(() => typists.every((typist) => typist.isSynchronised)).toBe(true);
  return { sessionId, owner, client, documentId, typists };
}

const get = async <R>({ sessionId, owner }: Pick<Scene, "sessionId" | "owner">, path: string): Promise<R> => {
  const answer = await stack.request(`/api/sessions/${sessionId}/${path}`, { token: owner.token });
  expect(answer.status).toBe(200);
  return (await answer.json()) as R;
};

it("[L5] the log folds to what the room shows, what clients have and what documents are", async () => {
  const scene = await play(3, 300);
  const { client, documentId, sessionId, typists, owner } = scene;
  client.send({ type: "tab", away: false });
  await client.settled();
  const truth = await stack.foldLog(documentId, getLanguage("python").starter);
  await eventually(() => typists.every((typist) => typist.revision === truth.revision)).toBe(true);
  const { events, head } = await get<ResponseOf<typeof listEvents>>(scene, "events?limit=5000");
  expect(events.map(({ number }) => number)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
  const state = fold(emptyState, events);
  expect(state.documents[documentId]).toMatchObject({ text: truth.text, revision: truth.revision, path: "main.py" });
  for (const typist of typists) expect(typist.text).toBe(truth.text);
  expect(await client.openDocument(documentId)).toMatchObject({ text: truth.text, revision: truth.revision });
  const { client: late } = await stack.edit(sessionId, owner.token);
  const [welcome] = late.all("welcome");
  expect(welcome?.chat.messages).toEqual(state.chat.slice(-200));
  expect(welcome?.session).toMatchObject({ documentId: state.desk?.documentId, language: state.desk?.language });
  expect(state.participants[owner.userId]).toMatchObject({ name: "Ada", connected: true, away: false });
  expect(await verifyLog(db, sessionId)).toMatchObject({ ok: true });
});

it("[L6] history at any event and any instant is the fold up to it, with snapshots and without", async () => {
  const scene = await stack.createSession();
  const random = randomFrom(4);
  const operations: TextOperation[] = [];
  for (let text = getLanguage("python").starter; operations.length < 1_200;) {
    const { operation, after } = randomOperation(text, random);
    if (operation.length > 0) operations.push(operation);
    text = after;
  }
  await seedOperations(stack.db, scene.sessionId, { participantId: scene.owner.userId, operations });
  const { client } = await stack.edit(scene.sessionId, scene.owner.token);
  client.send({ type: "chat.send", messageId: randomUUID(), text: "Hello" });
  await client.next("chat");
  const { events, head } = await get<ResponseOf<typeof listEvents>>(scene, "events?limit=5000");
  expect(head).toBe(3 + 1_200 + 2);
  await stack.db.query("delete from state_snapshot where session_id = $1", [scene.sessionId]);
  const numbers = [0, 1, head, head + 5, ...Array.from({ length: 12 }, () => Math.floor(random() * head))];
  for (const number of numbers) {
    const expected = fold(emptyState, events.slice(0, number));
    expect(await get<ResponseOf<typeof getHistory>>(scene, `history?number=${number}`)).toEqual(expected);
    const { at } = expected;
    const upToInstant = events.filter((event) => event.at <= at);
    expect(await get<ResponseOf<typeof getHistory>>(scene, `history?at=${at}`)).toEqual(fold(emptyState, upToInstant));
  }
  const made = await stack.db.query("select number from state_snapshot where session_id = $1", [scene.sessionId]);
  expect(made.rows).toContainEqual({ number: 500 });
  expect(await verifyLog(db, scene.sessionId)).toMatchObject({ ok: true, snapshots: made.rowCount });
  const both = await stack.request(`/api/sessions/${scene.sessionId}/history?number=1&at=1`, {
    token: scene.owner.token,
  });
  expect(both.status).toBe(400);
});

it("[L6] a time line has its marks, and who typed when", async () => {
  const scene = await play(5, 120);
  const timeline = await get<ResponseOf<typeof getTimeline>>(scene, "timeline");
  const { events } = await get<ResponseOf<typeof listEvents>>(scene, "events?limit=5000");
  const operations = events.filter(({ kind }) => kind === "operation");
  expect(timeline.typing.reduce((sum, one) => sum + one.operations, 0)).toBe(operations.length);
  expect(timeline).toMatchObject({ from: events[0]?.at, until: events.at(-1)?.at, head: events.length });
  const kinds = timeline.marks.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === "chat")).toHaveLength(events.filter(({ kind }) => kind === "chat").length);
  expect(timeline.marks.find(({ kind }) => kind === "file")).toMatchObject({ detail: "lib/util.py" });
});

it("[L3] a flipped byte anywhere in a log is found, and so is an event that is missing", async () => {
  const { sessionId, client } = await play(6, 40);
  await client.close();
  const whole = await verifyLog(db, sessionId);
  if (!whole.ok) throw new Error(whole.why);
  const number = Math.ceil(whole.events / 2);
  const flip = (column: string) => `${column} = set_byte(${column}, 3, get_byte(${column}, 3) # 1)`;
  const changes = [
    flip("link"),
    flip("digest"),
    flip("salt"),
    "body = body || ' '",
    "at = at + 1",
    "kind = case kind when 'paste' then 'tab' else 'paste' end",
    "participant_id = gen_random_uuid()",
    "revision = coalesce(revision, 0) + 1000",
    "client_id = gen_random_uuid()",
    "seq = 99",
    "erased = true",
    "number = 100000",
  ];
  for (const change of changes) {
    const before = await stack.db.query("select * from event where session_id = $1 and number = $2", [
      sessionId,
      number,
    ]);
    await stack.db.query(`update event set ${change} where session_id = $1 and number = $2`, [sessionId, number]);
    expect(await verifyLog(db, sessionId), change).toMatchObject({ ok: false });
    await stack.db.query("delete from event where session_id = $1 and number in ($2, 100000)", [sessionId, number]);
    expect(await verifyLog(db, sessionId), "missing").toMatchObject({ ok: false, number });
    const columns = Object.keys(before.rows[0]);
    const places = columns.map((_, index) => `$${index + 1}`).join(", ");
    await stack.db.query(`insert into event (${columns.join(", ")}) values (${places})`, Object.values(before.rows[0]));
    expect(await verifyLog(db, sessionId)).toMatchObject({ ok: true });
  }
  await stack.db.query("update session set log_link = $2 where id = $1", [sessionId, Buffer.alloc(32)]);
  expect(await verifyLog(db, sessionId)).toMatchObject({ ok: false });
});

it("[L6] the proof is the head of the chain, and the last event is the end", async () => {
  const scene = await play(7, 20);
  scene.client.send({ type: "session.end" });
  await scene.client.next("session.ended");
  const { events, head } = await get<ResponseOf<typeof listEvents>>(scene, "events?limit=5000");
  expect(events.at(-1)).toMatchObject({ kind: "session.ended", participantId: scene.owner.userId, number: head });
  const { rows } = await stack.db.query<{ link: string }>(
    "select encode(link, 'hex') as link from event where session_id = $1 and number = $2",
    [scene.sessionId, head],
  );
  expect(await get<ResponseOf<typeof getProof>>(scene, "proof")).toMatchObject({ number: head, link: rows[0]?.link });
  expect(await verifyLog(db, scene.sessionId)).toMatchObject({ ok: true, state: { phase: "ended" } });
  const signature = async () => (await get<ResponseOf<typeof getProof>>(scene, "proof")).signature;
  await eventually(async () => typeof (await signature())).toBe("string");
  const signed = (await signature()) ?? "";
  expect(JSON.parse(Buffer.from(signed.split(".")[1] ?? "", "base64url").toString())).toEqual({
    sessionId: scene.sessionId,
    number: head,
    link: rows[0]?.link,
    endedAt: events.at(-1)?.at,
  });
  expect(await verifySignature(signed, stack.auth.tokens.keySet)).toMatchObject({ number: head });
  await expect(verifySignature(`${signed.slice(0, -6)}AAAAAA`, stack.auth.tokens.keySet)).rejects.toThrow();
});

it("[L3] what a participant wrote can be erased: nothing of it stays, and chain and signature hold", async () => {
  const scene = await play(8, 60);
  const { sessionId, owner, client, documentId } = scene;
  const secret = "MyMaidenName";
  const { revision } = await client.openDocument(documentId);
  await client.commit({ documentId, seq: 1, revision, operation: [secret] });
  client.send({ type: "chat.send", messageId: randomUUID(), text: secret });
  await client.next("chat", ({ text }) => text === secret);
  await expect(eraseParticipant(db, sessionId, owner.userId)).rejects.toMatchObject({ code: "conflict" });
  client.send({ type: "session.end" });
  await client.next("session.ended");
  const before = await verifyLog(db, sessionId);
  if (!before.ok) throw new Error(before.why);
  const erased = await eraseParticipant(db, sessionId, owner.userId);
  expect(erased).toBeGreaterThan(10);
  const after = await verifyLog(db, sessionId);
  expect(after).toMatchObject({ ok: true, erased, events: before.events });
  const everything = JSON.stringify([
    after,
    (await stack.db.query("select body from event where session_id = $1", [sessionId])).rows,
    (await stack.db.query("select * from document where session_id = $1", [sessionId])).rows,
    (await stack.db.query("select * from participant where session_id = $1", [sessionId])).rows,
    await get<unknown>(scene, "history"),
  ]);
  expect(everything).not.toContain(secret);
  expect(everything).not.toContain("Ada");
  const lengthOf = ({ state }: typeof before) => [...(state.documents[documentId]?.text ?? "")].length;
  expect(after.ok && lengthOf(after)).toBe(lengthOf(before));
  const record = await stack.request(`/api/sessions/${sessionId}`, { token: owner.token });
  const text = after.ok && after.state.documents[documentId]?.text;
  expect(((await record.json()) as { documents: { text: string }[] }).documents.map((one) => one.text)).toContain(text);
});

it("[L3] what test cases showed of a participant's program is erased with it, in the log and beside it", async () => {
  const { sessionId, owner } = await stack.createSession();
  const secret = "MyMaidenName";
  const participantId = owner.userId;
  const run = await seedGradedRun({ sessionId, participantId, secret });
  const path = `/api/sessions/${sessionId}`;
  await stack.request(`${path}/end`, { token: owner.token, method: "POST" });
  const shown = async () =>
    JSON.stringify([
      (await stack.db.query("select body from event where session_id = $1", [sessionId])).rows,
      (await stack.db.query("select * from run where session_id = $1", [sessionId])).rows,
      await get<unknown>({ sessionId, owner }, "history"),
      await get<unknown>({ sessionId, owner }, `runs/${run.runId}`),
      await (await stack.request(path, { token: owner.token })).json(),
    ]);
  expect(await shown()).toContain(secret);
  expect(await shown()).toContain(run.sourceHash);
  await eraseParticipant(db, sessionId, participantId);
  expect(await shown()).not.toContain(secret);
  expect(await shown()).not.toContain(run.sourceHash);
  const after = await verifyLog(db, sessionId);
  expect(after).toMatchObject({ ok: true, state: { runs: [{ cases: [{ verdict: "wrong-answer" }] }] } });
});

it("[L6] history has all of the newest run, and of earlier ones what they came to, unless it is asked for otherwise", async () => {
  const { sessionId, owner } = await stack.createSession();
  const secret = "x".repeat(10_000);
  const seed = { sessionId, participantId: owner.userId, secret };
  const runs = [await seedGradedRun(seed), await seedGradedRun(seed)];
  const read = (query: string) => get<ResponseOf<typeof getHistory>>({ sessionId, owner }, `history${query}`);
  const isWhole = (state: ResponseOf<typeof getHistory>) =>
    state.runs.map((one) => [one.cases, one.run.result?.cases].map((cases) => cases?.[0]?.stdout?.text === secret));
  const [none, whole] = [
    [false, false],
    [true, true],
  ];
  expect(isWhole(await read(""))).toEqual([none, whole]);
  expect(isWhole(await read("?runs=all"))).toEqual([whole, whole]);
  const short = await read("?runs=none");
  expect(isWhole(short)).toEqual([none, none]);
  expect(short.runs).toMatchObject(runs.map(({ runId }) => ({ run: { runId }, cases: [{ verdict: "wrong-answer" }] })));
  const { marks } = await get<ResponseOf<typeof getTimeline>>({ sessionId, owner }, "timeline");
  const ended = runs.map(({ runId }) => ({ kind: "run", detail: runId, outcome: "wrong-answer" }));
  expect(marks.filter(({ kind }) => kind === "run")).toMatchObject(ended);
});

/** A graded run whose program put out a secret, as its room would have written it down. */
async function seedGradedRun(of: { sessionId: string; participantId: string; secret: string }) {
  const { sessionId, participantId, secret } = of;
  const runId = randomUUID();
  const { rows } = await stack.db.query<{ id: string }>("select id from document where session_id = $1", [sessionId]);
  const documentId = rows[0]?.id ?? "";
  const figures = { exitCode: 0, signal: null, wallMs: 1, cpuMs: 1, memoryKib: 1 };
  const excerpt = { text: secret, cut: false };
  const said = { stdout: excerpt, stderr: excerpt, message: `Line 1 is ${secret}` };
  const cases: CaseResult[] = [{ number: 1, visibility: "visible", verdict: "wrong-answer", ...figures, ...said }];
  const sourceHash = "5eed".repeat(16);
  const limits = { compile: defaultCompileLimits, run: defaultRunLimits };
  const made = {
    at: 1,
    language: "python",
    languageVersion: "3",
    image: "sha256:0",
    runtime: "runc",
    seed: 1,
  } as const;
  const receipt = { ...made, limits, sourceHash, taskHash: "" };
  const result: RunResult = { outcome: "wrong-answer", ...figures, compileMs: null, chunks: 0, cases, receipt };
  const place = { runId, documentId, language: "python", revision: 0, participantId } as const;
  const task = { kind: "graded", cases: "all" } as const;
  const queued = { ...place, task, state: "queued", problem: null, position: null, queuedAt: 1, result: null } as const;
  await seedEvents(stack.db, sessionId, [
    { kind: "run", participantId, body: { run: queued } },
    { kind: "run.cases", participantId: null, body: { runId, cases } },
    { kind: "run", participantId: null, body: { run: { ...queued, state: "ended", result } } },
  ]);
  await stack.db.query(
    `insert into run (id, session_id, document_id, language, revision, participant_id, source, task, state, queued_at,
       result) values ($1, $2, $3, 'python', 0, $4, $5, $6, 'ended', now(), $7)`,
    [runId, sessionId, documentId, participantId, secret, JSON.stringify(task), JSON.stringify(result)],
  );
  return { runId, sourceHash };
}
