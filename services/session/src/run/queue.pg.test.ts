import { randomUUID } from "node:crypto";
import { runQueueName } from "@greenroom/shared/jobs/run-job.ts";
import { maxStdinBytes } from "@greenroom/shared/jobs/program.ts";
import { runOrdersKey, runOutputKey } from "@greenroom/shared/jobs/run-stream.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { RunQueue } from "@greenroom/shared/node/runs/run-queue.ts";
import { givenInput } from "@greenroom/shared/protocol/run.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { ExecutorPeer } from "@greenroom/shared/testing/executor-peer.ts";
import type { TestClient } from "../testing/test-client.ts";
import { TestStack } from "../testing/test-stack.ts";
import { makeJob } from "./make-job.ts";

const waitingMax = 3;
let stack: TestStack;
let executor: ExecutorPeer;
beforeAll(async () => {
  stack = await TestStack.create({ RUNS_WAITING_MAX: waitingMax });
});
afterAll(() => stack.close());
/** One that takes one run at a time, and none before it is told to. */
beforeEach(async () => {
  await stack.redis.flushall();
  executor = new ExecutorPeer(stack.redisUrl, { idle: true, concurrency: 1 });
  await executor.announce();
});
afterEach(() => executor.close());

interface TestRoom {
  readonly sessionId: string;
  readonly documentId: string;
  readonly client: TestClient;
}

async function openRoom(): Promise<TestRoom> {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const welcome = client.all("welcome")[0];
  if (!welcome?.runs.available) await client.next("run.availability", ({ availability }) => availability.available);
  return { sessionId, documentId, client };
}

function send({ client, documentId }: TestRoom, runId: string = randomUUID()): string {
  client.send({ type: "run.start", runId, documentId, revision: 0, task: givenInput("") });
  return runId;
}

const inState = ({ client }: TestRoom, runId: string, state: string) =>
  client.next("run", ({ run }) => run.runId === runId && run.state === state);
const atPosition = ({ client }: TestRoom, runId: string, position: number) =>
  client.next("run", ({ run }) => run.runId === runId && run.position === position);
const rowOf = async (runId: string) =>
  (await stack.db.query<{ state: string; result: unknown }>("select state, result from run where id = $1", [runId]))
    .rows[0];
const inRedis = (runId: string) =>
  stack.redis.exists(`bull:${runQueueName}:${runId}`, runOutputKey(runId), runOrdersKey(runId));

describe("a full queue", () => {
  it("[R7] refuses one run more, of which nothing is left, and takes the same one when there is room", async () => {
    const rooms = await Promise.all(Array.from({ length: waitingMax }, () => openRoom()));
    for (const [ahead, room] of rooms.entries()) await atPosition(room, send(room), ahead);
    const late = await openRoom();
    const runId = send(late);
    expect(await late.client.next("error")).toMatchObject({ code: "queue-full", refused: "run.start", runId });
    late.client.send({ type: "run.order", runId, order: { type: "stop" } });
    expect(await late.client.next("error")).toMatchObject({ code: "unknown-run", runId });
    expect(await rowOf(runId)).toBeUndefined();
    expect(await inRedis(runId)).toBe(0);
    expect(late.client.all("run")).toEqual([]);
    expect((await stack.join(late.sessionId, stack.guestToken(late.sessionId))).all("welcome")[0]?.run).toBeNull();

    executor.work();
    const first = await executor.take();
    send(late, runId);
    await inState(late, runId, "queued");
    first.end();
    for (const _room of rooms.slice(1)) (await executor.take()).end();
    const last = await executor.take();
    expect(last.job.runId).toBe(runId);
    last.end();
    expect((await inState(late, runId, "ended")).run.result).toMatchObject({ outcome: "exited" });
  });

  it("[R7] says how many go before a run, as they get fewer", async () => {
    const [one, two, three] = await Promise.all([openRoom(), openRoom(), openRoom()]);
    const runs = [];
    for (const [ahead, room] of [one, two, three].entries()) {
      runs.push(send(room));
      await atPosition(room, runs[ahead] ?? "", ahead);
    }
    executor.work();
    const first = await executor.take();
    await atPosition(two, runs[1] ?? "", 0);
    await atPosition(three, runs[2] ?? "", 1);
    first.end();
    const second = await executor.take();
    await atPosition(three, runs[2] ?? "", 0);
    second.end();
    (await executor.take()).end();
    const end = await inState(three, runs[2] ?? "", "ended");
    expect(end.run.position).toBeNull();
    const positions = three.client.all("run").map(({ run }) => run.position);
    expect(positions.filter((position) => position !== null)).toEqual([2, 1, 0]);
  });
});

describe("Stop in the queue", () => {
  it("[R4] ends a run that waits at once, though no executor is there, and makes room for the next", async () => {
    const room = await openRoom();
    const guest = await stack.join(room.sessionId, stack.guestToken(room.sessionId));
    const stopped = send(room);
    await atPosition(room, stopped, 0);
    guest.send({ type: "run.order", runId: stopped, order: { type: "stop" } });
    guest.send({ type: "run.order", runId: stopped, order: { type: "stop" } });
    const { run } = await inState(room, stopped, "ended");
    expect(run).toMatchObject({ position: null, result: { outcome: "stopped", wallMs: null, chunks: 0 } });
    await guest.next("run", (frame) => frame.run.runId === stopped && frame.run.state === "ended");
    await eventually(async () => (await rowOf(stopped))?.state).toBe("ended");
    expect((await rowOf(stopped))?.result).toMatchObject({ outcome: "stopped" });
    expect(await stack.redis.exists(`bull:${runQueueName}:${stopped}`)).toBe(0);
    expect(guest.all("error")).toEqual([]);

    const next = send(room);
    await inState(room, next, "queued");
    executor.work();
    const taken = await executor.take();
    expect(taken.job.runId).toBe(next);
    taken.end();
    await inState(room, next, "ended");
    expect(
      room.client.all("run").filter((frame) => frame.run.runId === stopped && frame.run.state === "ended"),
    ).toHaveLength(1);
  });

  it("[R4] leaves a run that an executor has meanwhile to that executor", async () => {
    const room = await openRoom();
    const runId = send(room);
    await inState(room, runId, "queued");
    executor.work();
    const run = await executor.take();
    room.client.send({ type: "run.order", runId, order: { type: "stop" } });
    await eventually(() => run.orders()).toEqual([{ type: "stop" }]);
    await room.client.settled();
    expect(room.client.all("run").some((frame) => frame.run.state === "ended")).toBe(false);
    run.end("stopped");
    expect((await inState(room, runId, "ended")).run.result).toMatchObject({ outcome: "stopped" });
  });
});

describe("what no executor would take", () => {
  it("[R1] the id of a program's run is taken: nothing of that run is told, stopped or overwritten", async () => {
    const logger = createLogger("test", "silent");
    const queue = await RunQueue.create({ redisUrl: stack.redisUrl, logger });
    try {
      const runId = randomUUID();
      const facts = {
        runId,
        sessionId: randomUUID(),
        language: "python",
        source: "print('a program')",
        files: [],
      } as const;
      const { job, priority } = makeJob({ ...facts, task: givenInput(""), problem: null, seed: null });
      await queue.add({ ...job, trustDomain: "key:somebody" }, priority);
      const left = randomUUID(); // its job is gone, its output is still there
      const chunk = JSON.stringify({ number: 1, stream: "stdout", text: "of a program" });
      await stack.redis.xadd(runOutputKey(left), "*", "chunk", chunk);
      const room = await openRoom();
      for (const id of [runId, left]) {
        send(room, id);
        expect(await room.client.next("error")).toMatchObject({ code: "unknown-run", runId: id });
        room.client.send({ type: "run.order", runId: id, order: { type: "stop" } });
        expect(await room.client.next("error")).toMatchObject({ code: "unknown-run" });
        expect(await rowOf(id)).toBeUndefined();
      }
      expect(room.client.all("run")).toEqual([]);
      expect(await stack.redis.exists(runOrdersKey(runId), runOrdersKey(left))).toBe(0);
      executor.work();
      const run = await executor.take();
      expect(run.job).toMatchObject({ runId, trustDomain: "key:somebody" });
      run.end();
    } finally {
      await queue.close();
    }
  });

  it("input of more bytes than characters is refused here, and not by an executor as a fault of ours", async () => {
    const { client, documentId } = await openRoom();
    const runId = randomUUID();
    const task = givenInput("é".repeat(maxStdinBytes / 2 + 1));
    client.send({ type: "run.start", runId, documentId, revision: 0, task });
    expect(await client.next("error")).toMatchObject({ code: "source-too-large", runId });
    expect(await rowOf(runId)).toBeUndefined();
  });
});
