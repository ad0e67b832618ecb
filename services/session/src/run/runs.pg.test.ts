import { givenInput } from "@greenroom/shared/protocol/run.ts";
import { randomUUID } from "node:crypto";
import { runOutputKey } from "@greenroom/shared/jobs/run-stream.ts";
import { runQueueName } from "@greenroom/shared/jobs/run-job.ts";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ExecutorPeer, type PlayedRun } from "@greenroom/shared/testing/executor-peer.ts";
import type { TestClient } from "../testing/test-client.ts";
import { eventually } from "../testing/eventually.ts";
import { TestStack } from "../testing/test-stack.ts";

let stack: TestStack;
let executor: ExecutorPeer;
beforeAll(async () => {
  stack = await TestStack.create();
  executor = new ExecutorPeer(stack.redisUrl);
  await executor.announce();
});
afterAll(async () => {
  await executor.close();
  await stack.close();
});

interface Scene {
  sessionId: string;
  token: string;
  documentId: string;
  clients: [TestClient, TestClient];
}
let scene: Scene;
beforeEach(async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const guest = await stack.join(sessionId, stack.guestToken(sessionId));
  await waitUntilReady(client);
  scene = { sessionId, token: owner.token, documentId, clients: [client, guest] };
});

/** The room has heard of the executor, in its welcome or after it. */
async function waitUntilReady(client: TestClient): Promise<void> {
  const welcome = client.all("welcome")[0];
  if (!welcome?.runs.available) await client.next("run.availability", ({ availability }) => availability.available);
}

/** Starts a run and takes it at the other end. */
async function start(stdin = ""): Promise<{ runId: string; run: PlayedRun }> {
  const runId = randomUUID();
  scene.clients[0].send({
    type: "run.start",
    runId,
    documentId: scene.documentId,
    revision: 0,
    task: givenInput(stdin),
  });
  await scene.clients[0].next("run", ({ run }) => run.runId === runId && run.state === "queued");
  const run = await executor.take();
  expect(run.job.runId).toBe(runId);
  return { runId, run };
}

/** Once an event of this kind is in a session's log. */
const logged = (sessionId: string, kind: string) =>
  eventually(async () => {
    const found = await stack.db.query("select 1 from event where session_id = $1 and kind = $2", [sessionId, kind]);
    return found.rowCount;
  }).toBeGreaterThan(0);

const texts = (client: TestClient, runId: string) =>
  client.all("run.output").flatMap((frame) => (frame.runId === runId ? frame.chunks.map(({ text }) => text) : []));
const ended = (client: TestClient, runId: string) =>
  client.next("run", ({ run }) => run.runId === runId && run.state === "ended");

it("[R1] a run is the document's head when it is queued, and the same id again is the same run", async () => {
  const [client] = scene.clients;
  await client.commit({ documentId: scene.documentId, seq: 1, revision: 0, operation: ["# head\n"] });
  const { runId, run } = await start("input\0");
  expect(run.job).toMatchObject({
    trustDomain: `session:${scene.sessionId}`,
    program: { language: "python", files: [{ name: "main.py", content: expect.stringMatching(/^# head\n/) }] },
    task: { kind: "free", input: { kind: "given", text: "input" } },
  });
  client.send({ type: "run.start", runId, documentId: scene.documentId, revision: 0, task: givenInput("other") });
  client.send({
    type: "run.start",
    runId: runId.toUpperCase(),
    documentId: scene.documentId,
    revision: 0,
    task: givenInput(""),
  });
  await client.settled();
  expect(client.all("error")).toEqual([]);
  run.end();
  expect((await ended(client, runId)).run).toMatchObject({ revision: 1, result: { outcome: "exited", exitCode: 0 } });
  expect((await stack.db.query("select 1 from run where session_id = $1", [scene.sessionId])).rowCount).toBe(1);
});

it("[R1] one run at a time, and never by the id of another's", async () => {
  const [client, guest] = scene.clients;
  const { runId, run } = await start();
  const { documentId } = scene;
  guest.send({ type: "run.start", runId: randomUUID(), documentId, revision: 0, task: givenInput("") });
  expect(await guest.next("error")).toMatchObject({ code: "run-in-progress" });
  guest.send({ type: "run.start", runId: randomUUID(), documentId, revision: 99, task: givenInput("") });
  expect(await guest.next("error")).toMatchObject({ code: "unknown-document" });
  guest.send({ type: "run.order", runId: randomUUID(), order: { type: "stop" } });
  expect(await guest.next("error")).toMatchObject({ code: "unknown-run" });
  run.end();
  await ended(client, runId);
  const other = await stack.createSession();
  const { client: stranger, documentId: foreign } = await stack.edit(other.sessionId, other.owner.token);
  await waitUntilReady(stranger);
  stranger.send({ type: "run.start", runId, documentId: foreign, revision: 0, task: givenInput("") });
  expect(await stranger.next("error")).toMatchObject({ code: "unknown-run", runId });
  stranger.send({ type: "run.order", runId, order: { type: "stop" } });
  expect(await stranger.next("error")).toMatchObject({ code: "unknown-run" });
});

it("[R2, R3] everybody sees the states and the output in order while it runs, and all of it before the end", async () => {
  const { runId, run } = await start();
  for (let number = 1; number <= 5; number++) await run.write(`line ${number}\n`);
  for (const client of scene.clients)
    await client.next("run.output", ({ chunks }) => chunks.some(({ number }) => number === 5));
  for (let number = 6; number <= 300; number++) await run.write(`line ${number}\n`, { silent: true });
  run.end();
  for (const client of scene.clients) {
    const { run: summary } = await ended(client, runId);
    expect(summary.result).toMatchObject({ outcome: "exited", chunks: 300, wallMs: 12 });
    expect(texts(client, runId)).toEqual(Array.from({ length: 300 }, (_, index) => `line ${index + 1}\n`));
    const order = client.frames.filter(({ type }) => type === "run" || type === "run.output");
    expect(order.at(-1)).toMatchObject({ type: "run", run: { state: "ended" } });
    const states = client.all("run").map((frame) => frame.run.state);
    expect(states).toEqual(["queued", "running", "ended"]);
  }
});

it("[R3] a lost wake-up is made up for while the program runs", async () => {
  const { runId, run } = await start();
  await run.write("loud");
  await scene.clients[1].next("run.output");
  await run.write("quiet", { silent: true });
  await scene.clients[1].next("run.output");
  run.end();
  await ended(scene.clients[0], runId);
});

it("[R3] output that begins anew with chunk 1 replaces what came before", async () => {
  const { runId, run } = await start();
  await run.write("first try");
  await scene.clients[0].next("run.output");
  run.beginAnew();
  await run.write("second try ");
  await run.write("goes on");
  await scene.clients[0].next("run.output", ({ chunks }) => chunks.some(({ number }) => number === 2));
  const late = stack.connect(scene.sessionId, scene.token);
  const welcome = await late.next("welcome");
  expect(welcome.run?.chunks.map(({ text }) => text)).toEqual(["second try ", "goes on"]);
  run.end();
  await ended(scene.clients[0], runId);
});

it("[R3] what is no chunk in the output stream harms nobody", async () => {
  const { runId, run } = await start();
  for (const junk of ["{", "null", '{"number":0}', ""]) {
    await stack.redis.xadd(runOutputKey(runId), "*", "chunk", junk);
    await run.write("good ");
  }
  run.end();
  await ended(scene.clients[0], runId);
  expect(texts(scene.clients[0], runId)).toEqual(Array(4).fill("good "));
});

it("[C1] whoever comes in late gets the newest run with all of its output, running or ended", async () => {
  const { runId, run } = await start();
  await run.write("early\n");
  await scene.clients[0].next("run.output");
  const during = stack.connect(scene.sessionId, stack.guestToken(scene.sessionId));
  const welcome = await during.next("welcome");
  expect(welcome.run).toMatchObject({ summary: { runId, state: "running" }, chunks: [{ text: "early\n" }] });
  await run.write("late\n");
  run.end();
  await ended(during, runId);
  expect(texts(during, runId)).toEqual(["late\n"]);
  const after = stack.connect(scene.sessionId, stack.guestToken(scene.sessionId, { role: "observer" }));
  expect((await after.next("welcome")).run).toMatchObject({
    summary: { state: "ended", result: { chunks: 2 } },
    chunks: [{ text: "early\n" }, { text: "late\n" }],
  });
});

it("[R2] the result and the output are stored, whatever the program printed", async () => {
  const { runId, run } = await start("in");
  await run.write('NUL \0, half \ud800, the word \\u0000 and "quotes"');
  run.end("runtime-error");
  await ended(scene.clients[0], runId);
  const read = async () => {
    const answer = await stack.request(`/api/sessions/${scene.sessionId}/runs/${runId}`, { token: scene.token });
    return (await answer.json()) as { summary: { state: string }; chunks: { text: string }[]; source: string };
  };
  await eventually(async () => (await read()).summary.state).toBe("ended");
  const stored = await read();
  expect(stored).toMatchObject({ summary: { task: givenInput("in"), result: { outcome: "runtime-error" } } });
  expect(stored.chunks.map(({ text }) => text)).toEqual(['NUL \ufffd, half \ufffd, the word \\u0000 and "quotes"']);
});

it("[R4] anybody who may run can stop a run, whoever started it", async () => {
  const [client, guest] = scene.clients;
  const { runId, run } = await start();
  guest.send({ type: "run.order", runId, order: { type: "stop" } });
  await eventually(() => run.orders()).toEqual([{ type: "stop" }]);
  run.end("stopped");
  expect((await ended(client, runId)).run.result).toMatchObject({ outcome: "stopped" });
  guest.send({ type: "run.order", runId, order: { type: "stop" } }); // too late is no error
  await guest.settled();
  expect(guest.all("error")).toEqual([]);
});

it("[R8] the end of a session stops its run, which ends in the log with what it had put out, and stays so", async () => {
  const [client, guest] = scene.clients;
  const { sessionId, token } = scene;
  const { runId, run } = await start();
  await run.write("so far");
  await guest.next("run.output");
  await logged(sessionId, "run.output");
  client.send({ type: "session.end" });
  const result = { outcome: "stopped", cutOff: true, chunks: 1 };
  for (const one of scene.clients) expect((await ended(one, runId)).run).toMatchObject({ result });
  await eventually(() => run.orders()).toEqual([{ type: "stop" }]);
  run.end("exited");
  await eventually(() => stack.redis.hget(`bull:${runQueueName}:${runId}`, "returnvalue")).toContain("exited");
  const { rows } = await stack.db.query<{ kind: string; body: unknown }>(
    "select kind, body::json as body from event where session_id = $1 order by number desc limit 2",
    [sessionId],
  );
  expect(rows).toMatchObject([{ kind: "session.ended" }, { kind: "run", body: { run: { runId, result } } }]);
  await stack.restart();
  const late = await stack.join(sessionId, token);
  expect(late.all("welcome")[0]?.run).toMatchObject({ summary: { result }, chunks: [{ text: "so far" }] });
});

it("[R8] a run that waits when its session ends, by whatever way, ends with it and is taken out of the queue", async () => {
  const { sessionId, token, documentId, clients } = scene;
  await executor.close();
  const runId = randomUUID();
  clients[0].send({ type: "run.start", runId, documentId, revision: 0, task: givenInput("") });
  await eventually(() => stack.redis.exists(`bull:${runQueueName}:${runId}`)).toBe(1);
  const answer = await stack.request(`/api/sessions/${sessionId}/end`, { token, method: "POST" });
  expect(answer.status).toBe(200);
  expect((await ended(clients[1], runId)).run.result).toMatchObject({ outcome: "stopped", cutOff: true, chunks: 0 });
  const timeline = await stack.request(`/api/sessions/${sessionId}/timeline`, { token });
  expect(await timeline.json()).toMatchObject({
    marks: expect.arrayContaining([expect.objectContaining({ detail: runId, outcome: "stopped", cutOff: true })]),
  });
  await eventually(() => stack.redis.exists(`bull:${runQueueName}:${runId}`)).toBe(0);
  executor = new ExecutorPeer(stack.redisUrl);
  await executor.announce();
});

it("[R2] a restarted service takes up the run, and adds the job of one that has none", async () => {
  const { runId, run } = await start();
  await run.write("before\n");
  await scene.clients[0].next("run.output");
  await stack.restart();
  await run.write("after\n");
  const back = stack.connect(scene.sessionId, scene.token);
  expect((await back.next("welcome")).run?.summary).toMatchObject({ runId });
  run.end();
  expect((await ended(back, runId)).run.result).toMatchObject({ chunks: 2 });

  const jobless = randomUUID();
  await back.close();
  await stack.restart();
  await stack.db.query(
    `insert into run (id, session_id, document_id, language, revision, participant_id, source, task, state, queued_at)
     select $2, session_id, document_id, language, revision, participant_id, 'print(1)', task, 'queued',
       now() + interval '1 second' from run where id = $1`,
    [runId, jobless],
  );
  const again = stack.connect(scene.sessionId, scene.token);
  expect((await again.next("welcome")).run?.summary).toMatchObject({ runId: jobless });
  const taken = await executor.take();
  expect(taken.job).toMatchObject({ runId: jobless, program: { files: [{ content: "print(1)" }] } });
  taken.end();
  await ended(again, jobless);
});

it("[R5] whether runs are possible is said whenever it changes, and an impossible one is refused", async () => {
  const [client] = scene.clients;
  await executor.announce({ ready: ["java"], preparing: ["python"], onDemand: ["c"] });
  const { availability } = await client.next("run.availability", (frame) => frame.availability.preparing.length > 0);
  expect(availability).toEqual({ available: true, ready: ["java"], preparing: ["python"], onDemand: ["c"] });
  client.send({
    type: "run.start",
    runId: randomUUID(),
    documentId: scene.documentId,
    revision: 0,
    task: givenInput(""),
  });
  expect(await client.next("error")).toMatchObject({ code: "run-unavailable" });
  await stack.redis.hset("executors", "broken", "{");
  await executor.announce({ engine: "unavailable", reason: "The engine does not answer.", ready: [] });
  const gone = await client.next("run.availability", (frame) => !frame.availability.available);
  expect(gone.availability.reason).toBe("The engine does not answer.");
  await executor.announce();
  await client.next("run.availability", (frame) => frame.availability.available);
});

it("[R1] what a stored run left in Redis is forgotten soon, and its result is not", async () => {
  const { runId, run } = await start("input");
  await run.write("output");
  run.end();
  await ended(scene.clients[0], runId);
  await eventually(async () => await stack.redis.ttl(runOutputKey(runId))).toBeGreaterThan(0);
  await eventually(async () => await stack.redis.hget(`bull:${runQueueName}:${runId}`, "data")).toBe("{}");
  expect(await stack.redis.hget(`bull:${runQueueName}:${runId}`, "returnvalue")).toContain("exited");
});

it("[R1] runs follow each other only so fast", async () => {
  const [client] = scene.clients;
  const mine = (runId: string) => client.all("run").some(({ run }) => run.runId === runId);
  let ran = 0;
  for (; ran < 200; ran++) {
    const runId = randomUUID();
    client.send({ type: "run.start", runId, documentId: scene.documentId, revision: 0, task: givenInput("") });
    await eventually(() => mine(runId) || client.all("error").length > 0).toBe(true);
    if (!mine(runId)) break;
    (await executor.take()).end();
    await ended(client, runId);
  }
  expect(client.all("error")).toMatchObject([{ code: "rate-limited", refused: "run.start" }]);
  expect(ran).toBeGreaterThanOrEqual(60);
});
