import { randomUUID } from "node:crypto";
import { roomOwnerKey } from "@greenroom/shared/events/room-owner.ts";
import { runQueueName } from "@greenroom/shared/jobs/run-job.ts";
import { runOutputKey } from "@greenroom/shared/jobs/run-stream.ts";
import { givenInput } from "@greenroom/shared/protocol/run.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { ExecutorPeer } from "@greenroom/shared/testing/executor-peer.ts";
import type { TestClient } from "../testing/test-client.ts";
import { TestStack } from "../testing/test-stack.ts";

let stack: TestStack;
let executor: ExecutorPeer;
beforeAll(async () => {
  stack = await TestStack.create();
});
afterAll(() => stack.close());
beforeEach(async () => {
  executor = new ExecutorPeer(stack.redisUrl, { idle: true });
  await executor.announce();
});
afterEach(() => executor.close());

interface TestRoom {
  readonly sessionId: string;
  readonly token: string;
  readonly documentId: string;
  readonly client: TestClient;
}

async function openRoom(): Promise<TestRoom> {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const welcome = client.all("welcome")[0];
  if (!welcome?.runs.available) await client.next("run.availability", ({ availability }) => availability.available);
  return { sessionId, token: owner.token, documentId, client };
}

async function start({ client, documentId }: TestRoom): Promise<string> {
  const runId = randomUUID();
  client.send({ type: "run.start", runId, documentId, revision: 0, task: givenInput("") });
  await client.next("run", ({ run }) => run.runId === runId && run.state === "queued");
  return runId;
}

/** A run's row as a process leaves it that dies before it adds the job: long ago, in a session nobody has open. */
async function forget(sessionId: string, source = "print(1)"): Promise<string> {
  const runId = randomUUID();
  await stack.db.query(
    `insert into run (id, session_id, document_id, language, revision, participant_id, source, task, state, queued_at)
     select $1, session_id, id, language, 0, $2, $3, $4, 'queued', now() - interval '1 minute'
     from document where session_id = $5`,
    [runId, randomUUID(), source, JSON.stringify(givenInput("")), sessionId],
  );
  return runId;
}

const rowOf = async (runId: string) =>
  (
    await stack.db.query<{ state: string; result: { outcome: string } | null; output: { text: string }[] | null }>(
      "select state, result, output from run where id = $1",
      [runId],
    )
  ).rows[0];
const stateOf = async (runId: string) => (await rowOf(runId))?.state;
const ended = (client: TestClient, runId: string) =>
  client.next("run", ({ run }) => run.runId === runId && run.state === "ended");

/** Finding what was forgotten takes a look every five seconds. */
const withinLooks = 25_000;

describe("a row whose job was never added", () => {
  it("is found and its job added, once, though two processes look for it", { timeout: 60_000 }, async () => {
    const second = await stack.startApp();
    const { sessionId } = await stack.createSession();
    const runId = await forget(sessionId);
    const ids: string[] = [];
    executor.onTaken = (run) => ids.push(run.job.runId);
    executor.work();
    const run = await executor.take();
    expect(run.job).toMatchObject({
      runId,
      trustDomain: `session:${sessionId}`,
      program: { files: [{ content: "print(1)" }] },
    });
    await run.write("found");
    run.end();
    await expect.poll(() => stateOf(runId), { timeout: withinLooks }).toBe("ended");
    expect(await rowOf(runId)).toMatchObject({ result: { outcome: "exited" }, output: [{ text: "found" }] });
    // One that was forgotten later is found, so both have looked again; nothing was taken twice.
    const later = await forget((await stack.createSession()).sessionId);
    (await executor.take()).end();
    await expect.poll(() => stateOf(later), { timeout: withinLooks }).toBe("ended");
    expect(ids).toEqual([runId, later]);
    await second.close();
  });

  it("is found behind many that other processes have", { timeout: 60_000 }, async () => {
    const elsewhere = JSON.stringify({ processId: randomUUID(), url: "http://127.0.0.1:1" });
    const theirs = [];
    for (let n = 0; n < 25; n++) {
      const { sessionId } = await stack.createSession();
      await stack.redis.set(roomOwnerKey(sessionId), elsewhere);
      theirs.push(await forget(sessionId));
    }
    const runId = await forget((await stack.createSession()).sessionId);
    executor.work();
    const run = await executor.take();
    expect(run.job.runId).toBe(runId);
    run.end();
    await expect.poll(() => stateOf(runId), { timeout: withinLooks }).toBe("ended");
    await stack.db.query("delete from run where id = any($1)", [theirs]);
  });
});

it("a result that is in Redis and was not stored is stored, with its output", { timeout: 60_000 }, async () => {
  const room = await openRoom();
  const runId = await start(room);
  executor.work();
  const run = await executor.take();
  await stack.stop();
  await run.write("while nobody listened");
  run.end("runtime-error");
  await eventually(() => stack.redis.hget(`bull:${runQueueName}:${runId}`, "returnvalue")).toContain("runtime-error");
  expect(await stateOf(runId)).not.toBe("ended");
  await stack.db.query("update run set queued_at = now() - interval '1 minute' where id = $1", [runId]);
  await stack.start();
  await expect.poll(() => stateOf(runId), { timeout: withinLooks }).toBe("ended");
  expect(await rowOf(runId)).toMatchObject({
    result: { outcome: "runtime-error", chunks: 1 },
    output: [{ text: "while nobody listened" }],
  });
});

it("a job that Redis lost is added again while somebody follows its run, and can be stopped again", async () => {
  const room = await openRoom();
  const lost = await start(room);
  await stack.redis.flushall();
  await eventually(() => stack.redis.exists(`bull:${runQueueName}:${lost}`)).toBe(1);
  executor.work();
  const run = await executor.take();
  expect(run.job.runId).toBe(lost);
  room.client.send({ type: "run.order", runId: lost, order: { type: "stop" } });
  await eventually(() => run.orders()).toEqual([{ type: "stop" }]);
  await stack.redis.del(`bull:${runQueueName}:${lost}:lock`);
  await stack.redis.flushall();
  const again = await executor.take();
  expect(again.job.runId).toBe(lost);
  room.client.send({ type: "run.order", runId: lost, order: { type: "stop" } });
  await eventually(() => again.orders()).toEqual([{ type: "stop" }]);
  again.end("stopped");
  expect((await ended(room.client, lost)).run.result).toMatchObject({ outcome: "stopped" });
  await eventually(() => stateOf(lost)).toBe("ended");
  run.end("stopped");
});

it("[R3] a run whose executor dies twice ends once, with the output of the third", { timeout: 60_000 }, async () => {
  const lockMs = 500;
  const room = await openRoom();
  const guest = await stack.join(room.sessionId, stack.guestToken(room.sessionId));
  const runId = await start(room);
  for (const name of ["first", "second"]) {
    const mortal = new ExecutorPeer(stack.redisUrl, { lockMs });
    const run = await mortal.take();
    // As an executor does with a run that was taken up before.
    await stack.redis.del(runOutputKey(runId));
    await run.write(`${name} try`);
    await guest.next("run.output", ({ chunks }) => chunks.some(({ text }) => text === `${name} try`));
    await mortal.die();
    await mortal.close();
  }
  const living = new ExecutorPeer(stack.redisUrl, { lockMs });
  const run = await living.take();
  expect(run.job.runId).toBe(runId);
  await stack.redis.del(runOutputKey(runId));
  await run.write("third try ");
  await run.write("ends");
  run.end();
  for (const client of [room.client, guest]) {
    expect((await ended(client, runId)).run.result).toMatchObject({ outcome: "exited", chunks: 2 });
    expect(client.all("run").filter((frame) => frame.run.state === "ended")).toHaveLength(1);
    // A chunk numbered 1 begins the output anew.
    const chunks = client.all("run.output").flatMap((frame) => frame.chunks);
    const since = chunks.slice(chunks.findLastIndex(({ number }) => number === 1));
    expect(since.map(({ text }) => text)).toEqual(["third try ", "ends"]);
  }
  await eventually(() => stateOf(runId)).toBe("ended");
  expect((await rowOf(runId))?.output?.map(({ text }) => text)).toEqual(["third try ", "ends"]);
  await living.close();
});
