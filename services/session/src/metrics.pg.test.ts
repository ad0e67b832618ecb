import { randomUUID } from "node:crypto";
import { givenInput } from "@greenroom/shared/protocol/run.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "./testing/eventually.ts";
import { ExecutorPeer } from "@greenroom/shared/testing/executor-peer.ts";
import { TestStack } from "./testing/test-stack.ts";

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

const readMetrics = async (): Promise<string> => await (await stack.request("/metrics")).text();

/** A metric's value; 0 while nothing was counted under these labels. */
async function read(name: string): Promise<number> {
  const line = (await readMetrics()).split("\n").find((one) => one.startsWith(`greenroom_session_${name} `));
  return Number(line?.split(" ").at(-1) ?? 0);
}

it("counts rooms, participants, sockets, frames, refusals, operations, commits and runs, and names nobody", async () => {
  const secret = "a-secret-of-somebody";
  const { sessionId, owner } = await stack.createSession(`Interview ${secret}`);
  const { client, documentId } = await stack.edit(sessionId, owner.token);
  const sub = randomUUID();
  const guest = await stack.join(sessionId, stack.guestToken(sessionId, { sub, name: `Bo ${secret}` }));
  const secondTab = await stack.join(sessionId, stack.guestToken(sessionId, { sub, name: `Bo ${secret}` }));
  expect(await read("rooms")).toBe(1);
  expect(await read("sockets")).toBe(3);
  expect(await read('participants{role="interviewer"}')).toBe(1);
  expect(await read('participants{role="candidate"}')).toBe(1);
  expect(await read('participants{role="observer"}')).toBe(0);

  await client.commit({ documentId, seq: 1, revision: 0, operation: [`# ${secret}\n`] });
  guest.send({ type: "session.end" });
  expect(await guest.next("error")).toMatchObject({ code: "not-allowed" });
  guest.sendOperation({ documentId, seq: 1, revision: 0, operation: ["x"] });
  expect(await guest.next("operation.refused")).toMatchObject({ code: "unknown-document" });
  guest.socket.send(JSON.stringify({ type: secret }));
  expect(await guest.next("error")).toMatchObject({ code: "malformed-frame" });
  expect(await read("operations_total")).toBe(1);
  // Three who came in, and one operation.
  expect(await read('commit_seconds_count{outcome="committed"}')).toBe(4);
  expect(await read('frames_total{direction="in",type="operation"}')).toBe(2);
  expect(await read('frames_total{direction="in",type="unreadable"}')).toBe(1);
  expect(await read('frames_total{direction="out",type="operation.ack"}')).toBe(1);
  expect(await read('frames_total{direction="out",type="welcome"}')).toBe(3);
  expect(await read('refused_frames_total{type="session.end",code="not-allowed"}')).toBe(1);
  expect(await read('refused_frames_total{type="operation",code="unknown-document"}')).toBe(1);
  expect(await read('refused_frames_total{type="unreadable",code="malformed-frame"}')).toBe(1);

  if (!client.all("welcome")[0]?.runs.available)
    await client.next("run.availability", ({ availability }) => availability.available);
  for (const outcome of ["exited", "runtime-error", "internal-error"] as const) {
    const runId = randomUUID();
    client.send({ type: "run.start", runId, documentId, revision: 0, task: givenInput(secret) });
    const run = await executor.take();
    run.end(outcome);
    await client.next("run", (frame) => frame.run.runId === runId && frame.run.state === "ended");
    expect(await read(`runs_total{language="python",kind="free",outcome="${outcome}"}`)).toBe(1);
  }
  expect(await read('run_faults_total{what="internal-error"}')).toBe(1);
  expect(await read("queue_waiting")).toBe(0);

  const stranger = stack.connect(sessionId, undefined);
  expect(await stranger.closed).toMatchObject({ reason: "unauthenticated" });
  expect(await read('sockets_closed_total{reason="unauthenticated"}')).toBe(1);
  const all = await readMetrics();
  for (const hidden of [secret, sessionId, documentId, owner.userId, sub]) expect(all).not.toContain(hidden);
  await Promise.all([client.close(), guest.close(), secondTab.close()]);
  await eventually(() => read("sockets")).toBe(0);
});

it("has a bounded number of labels, whatever is sent", async () => {
  const { sessionId, owner } = await stack.createSession();
  const client = await stack.join(sessionId, owner.token);
  const count = async () => (await readMetrics()).split("\n").filter((line) => line.startsWith("greenroom_")).length;
  client.socket.send(JSON.stringify({ type: "made-up" }));
  await client.next("error");
  const before = await count();
  for (let n = 0; n < 10; n++) client.socket.send(JSON.stringify({ type: `made-up-${n}` }));
  await client.settled();
  const settledCounts = 2; // ping and pong
  expect(await count()).toBeLessThanOrEqual(before + settledCounts);
});

it("serves them to whoever reaches its port, which the gateway leads nobody to, and needs no token", async () => {
  const answer = await stack.request("/metrics");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
  for (const path of ["/api/sessions/metrics", "/api/problems/metrics", "/api/metrics"])
    expect((await stack.request(path, { token: stack.user().token })).status).not.toBe(200);
});
