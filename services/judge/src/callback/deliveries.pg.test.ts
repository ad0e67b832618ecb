import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { createMetrics } from "@greenroom/shared/node/metrics.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { JudgeMetrics } from "../metrics.ts";
import { Caller, freeRun, TestGround, type TestJudge } from "../testing/start-judge.ts";
import { CallbackHosts } from "./callback-hosts.ts";
import { Deliveries } from "./deliveries.ts";

interface Call {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

let ground: TestGround;
let judge: TestJudge;
let caller: Caller;
let secret: string;
let listener: Server;
let port: number;
let calls: Call[] = [];
/** What the listener answers, one after another; then 204. */
let answers: { status: number; headers?: Record<string, string> }[] = [];

beforeAll(async () => {
  listener = createServer((request, response) => {
    void text(request).then((body) => {
      calls.push({ body, headers: request.headers });
      const { status, headers } = answers.shift() ?? { status: 204 };
      response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  // It listens on TCP.
  ({ port } = listener.address() as AddressInfo);
  ground = await TestGround.create();
  judge = await ground.startJudge({ CALLBACK_HOSTS: "ci.example.com", CALLBACK_PRIVATE_HOSTS: `localhost:${port}` });
  ({ secret } = ground.auth.addKey());
  caller = new Caller(judge, secret);
});
beforeEach(() => {
  calls = [];
  answers = [];
});
afterAll(async () => {
  await ground.close();
  listener.close();
});

async function runWithCallback(callback = `http://localhost:${port}/done`): Promise<string> {
  const run = await caller.run(freeRun("1", { callback }));
  expect(run).toMatchObject({ status: 200, callback: { state: "waiting" } });
  const played = await ground.executor.take();
  await played.write("done\n");
  played.end();
  return run.runId;
}
const stateOf = async (runId: string) =>
  (await caller.call("GET", `/api/runs/${runId}?wait=5`)).callback.state as string;

/** Makes the next attempt now instead of in some seconds. */
async function hurry(runId: string): Promise<void> {
  await ground.db.updateTable("run").set({ callback_at: 0 }).where("id", "=", runId).execute();
}

it("posts an ended run, signed so that whoever has the key can tell that it is ours and when it was sent", async () => {
  const runId = await runWithCallback();
  await until("it is delivered", async () => (await stateOf(runId)) === "delivered");
  expect(calls).toHaveLength(1);
  const [{ body, headers } = { body: "", headers: {} }] = calls;
  expect(JSON.parse(body)).toMatchObject({ runId, state: "ended", output: { stdout: { text: "done\n" } } });
  const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["greenroom-signature"])) ?? [];
  const key = createHmac("sha256", secret).update("greenroom-callback").digest("hex");
  expect(signature).toBe(createHmac("sha256", key).update(`${seconds}.${body}`).digest("hex"));
  expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(60);
  const row = await ground.db.selectFrom("run").selectAll().where("id", "=", runId).executeTakeFirstOrThrow();
  expect(row.callback_secret).toBeNull();
});

it("tries again when it was not taken, follows no redirection, and gives up after five attempts", async () => {
  answers = [
    { status: 500 },
    { status: 302, headers: { location: `http://localhost:${port}/elsewhere` } },
    { status: 404 },
    { status: 503 },
    { status: 500 },
  ];
  const runId = await runWithCallback();
  for (let attempt = 1; attempt <= 5; attempt++) {
    await until(`attempt ${attempt}`, () => calls.length === attempt, { everyMs: 20 });
    const noted = attempt < 5 ? "waiting" : "failed";
    await until("it is noted", async () => (await stateOf(runId)) === noted);
    // The note of when to try next may come after the state was read.
    if (attempt < 5) await until("it is tried again", async () => (await hurry(runId), calls.length > attempt));
  }
  expect(await stateOf(runId)).toBe("failed");
}, 40_000);

it("refuses a host that is not allowed, before anything is run", async () => {
  for (const callback of [
    "https://example.net/",
    "http://localhost:1/",
    "http://169.254.169.254/latest",
    `http://127.0.0.1:${port}/`,
  ]) {
    expect(await caller.run(freeRun("1", { callback }))).toMatchObject({ status: 400, code: "callback-not-allowed" });
  }
  for (const callback of ["javascript:alert(1)", "//ci.example.com", `https://ci.example.com/${"x".repeat(3000)}`])
    expect(await caller.run(freeRun("1", { callback }))).toMatchObject({ status: 400, code: "bad-request" });
});

it("calls no host whose name has come to mean an address of ours", async () => {
  const runId = await runWithCallback();
  await until("it is delivered", async () => (await stateOf(runId)) === "delivered");
  await judge.close();
  await ground.db
    .updateTable("run")
    .set({ callback_state: "waiting", callback_secret: "x", callback_attempts: 0, callback_at: 0 })
    .set({ callback_url: `http://localhost:${port}/` })
    .where("id", "=", runId)
    .execute();
  calls = [];
  // As if localhost were an allowed host of the internet.
  const deliveries = Deliveries.create({
    db: ground.db,
    hosts: new CallbackHosts({ hosts: `localhost:${port}`, privateHosts: "" }),
    metrics: new JudgeMetrics(createMetrics()),
    logger: createLogger("test", "silent"),
    waits: [],
  });
  deliveries.look();
  const state = async () =>
    (await ground.db.selectFrom("run").selectAll().where("id", "=", runId).executeTakeFirstOrThrow()).callback_state;
  await until("it is given up", async () => (await state()) !== "waiting");
  await deliveries.close();
  expect(calls).toEqual([]);
});
