import type { NewRun } from "@greenroom/shared/api/run-routes.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import type { PlayedRun } from "@greenroom/shared/testing/executor-peer.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { insertRun } from "./run-repository.ts";
import {
  Caller,
  freeRun,
  newId,
  type TestGround as Ground,
  TestGround,
  type TestJudge,
} from "./testing/start-judge.ts";
import { defaultCompileLimits, defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";

let ground: Ground;
let judge: TestJudge;
let caller: Caller;
let keyId: string;

beforeAll(async () => {
  ground = await TestGround.create();
  judge = await ground.startJudge();
  const key = ground.auth.addKey();
  ({ keyId } = key);
  caller = new Caller(judge, key.secret);
});
afterAll(() => ground.close());

it("runs a program and answers how it ended, when it is waited for", async () => {
  const answer = caller.run(freeRun("print('hi')"), { wait: 10 });
  const run = await ground.executor.take();
  expect(run.job).toMatchObject({
    trustDomain: `key:${keyId}`,
    program: { language: "python", files: [{ name: "main.py", content: "print('hi')" }] },
    limits: { compile: defaultCompileLimits, run: defaultRunLimits },
  });
  await run.write("hi\n");
  run.end();
  expect(await answer).toMatchObject({
    status: 200,
    runId: run.job.runId,
    state: "ended",
    language: "python",
    position: null,
    result: { outcome: "exited", exitCode: 0 },
    output: { stdout: { text: "hi\n", cut: false }, stderr: { text: "", cut: false } },
    callback: null,
  });
});

it("answers where a run is as long as it has not ended, and how it ended ever after", async () => {
  const [first, second] = [await caller.run(freeRun("1")), await caller.run(freeRun("2"))];
  const going = [await ground.executor.take(), await ground.executor.take()];
  const batch = await caller.run(freeRun("3", { batch: true }));
  expect(batch).toMatchObject({ status: 200, state: "queued", position: 0, result: null, output: null });
  // Nobody waits for a batch: what comes later goes before it.
  const later = await caller.run(freeRun("4"));
  expect(later).toMatchObject({ state: "queued", position: 0 });
  expect(await caller.call("GET", `/api/runs/${batch.runId}`)).toMatchObject({ state: "queued", position: 1 });
  expect(await caller.call("GET", `/api/runs/${first.runId}`)).toMatchObject({ state: "running", position: null });
  going.push(await endNext(going), await endNext(going));
  expect(going.map(({ job }) => job.runId)).toEqual([later.runId, batch.runId]);
  for (const run of going) run.end("runtime-error", { exitCode: 3 });
  for (const { runId } of [first, second, later, batch]) {
    const ended = await caller.call("GET", `/api/runs/${runId}?wait=10`);
    expect(ended).toMatchObject({ state: "ended", position: null });
    expect(await caller.call("GET", `/api/runs/${runId}`)).toEqual(ended);
  }
});

/** Ends the first of those going on, and takes the next out of the queue. */
async function endNext(going: PlayedRun[]): Promise<PlayedRun> {
  going.shift()?.end();
  return await ground.executor.take();
}

it("makes one run of what is sent again with the same Idempotency-Key, and another one for another API key", async () => {
  const again = newId();
  const [one, two] = await Promise.all([caller.run(freeRun("1"), { again }), caller.run(freeRun("1"), { again })]);
  expect(one.runId).toBe(two.runId);
  const other = new Caller(judge, ground.auth.addKey().secret);
  const three = await other.run(freeRun("1"), { again });
  expect(three.runId).not.toBe(one.runId);
  for (const run of [await ground.executor.take(), await ground.executor.take()]) run.end();
  expect(await caller.run(freeRun("1"), { again, wait: 10 })).toMatchObject({ runId: one.runId, state: "ended" });
  expect(await caller.run(freeRun("1"), { again: "no uuid" })).toMatchObject({ status: 400, code: "bad-request" });
});

it("shows a key's runs to nobody else", async () => {
  const { runId } = await caller.run(freeRun("1"));
  const other = new Caller(judge, ground.auth.addKey().secret);
  for (const [method, path] of [
    ["GET", `/api/runs/${runId}`],
    ["GET", `/api/runs/${runId}/events`],
    ["POST", `/api/runs/${runId}/orders`],
  ] as const)
    expect(await other.call(method, path, method === "POST" ? { type: "stop" } : undefined)).toMatchObject({
      status: 404,
      code: "not-found",
    });
  expect(await other.call("GET", `/api/runs/${newId()}`)).toMatchObject({ status: 404 });
  (await ground.executor.take()).end();
});

it("gives live input, signals and a stop to a run, and refuses what makes no sense", async () => {
  const live = freeRun("input()", { task: { kind: "free", input: { kind: "live" }, arguments: [] } });
  const { runId } = await caller.run(live);
  const order = (body: unknown, id = runId) => caller.send("POST", `/api/runs/${id}/orders`, { body });
  const run = await ground.executor.take();
  const orders = [
    { type: "input", text: "é\0" },
    { type: "input-end" },
    { type: "signal", signal: "SIGINT" },
    { type: "stop" },
  ];
  for (const body of orders) expect((await order(body)).status).toBe(200);
  expect(await run.orders()).toEqual(orders);
  expect((await order({ type: "resize", columns: 80, rows: 25 })).status).toBe(409);
  expect((await order({ type: "input", text: "x".repeat(16 * 1024 + 1) })).status).toBe(400);
  expect((await order({ type: "signal", signal: "SIGSTOP" })).status).toBe(400);
  run.end("stopped");
  await until("it has ended", async () => (await caller.call("GET", `/api/runs/${runId}`)).state === "ended");
  expect((await order({ type: "stop" })).status).toBe(409);

  const given = await caller.run(freeRun("1"));
  expect((await order({ type: "input", text: "x" }, given.runId)).status).toBe(409);
  (await ground.executor.take()).end();
});

it("keeps a mebibyte of what is typed into a run, and drops the rest", async () => {
  const { runId } = await caller.run(
    freeRun("input()", { task: { kind: "free", input: { kind: "live" }, arguments: [] } }),
  );
  const run = await ground.executor.take();
  const text = "x".repeat(16 * 1024);
  for (let sent = 0; sent < 70; sent++)
    await caller.send("POST", `/api/runs/${runId}/orders`, { body: { type: "input", text } });
  expect(await run.orders()).toHaveLength(64);
  run.end();
});

it("grades with the caller's cases, checkers apart from the program, and shows nothing of hidden cases", async () => {
  const task = {
    kind: "graded",
    cases: [
      { visibility: "visible", input: "1\n", expected: "2\n" },
      { visibility: "hidden", input: "2\n", expected: "4\n" },
    ],
  } as const satisfies NewRun["task"];
  const answer = caller.run({ ...freeRun("x"), task: { ...task, cases: [...task.cases] } }, { wait: 10 });
  const run = await ground.executor.take();
  expect(run.job.task).toMatchObject({
    ...task,
    style: { kind: "stdin" },
    checker: { kind: "lines" },
    stopAtFirstFailure: false,
    authorDomain: `author:key:${keyId}`,
  });
  const figures = { wallMs: 1, cpuMs: 1, memoryKib: 1, exitCode: 0, signal: null };
  const cases = [
    { number: 1, visibility: "visible", verdict: "accepted", ...figures, stdout: { text: "2\n", cut: false } },
    { number: 2, visibility: "hidden", verdict: "wrong-answer", ...figures },
  ] as const;
  run.end("wrong-answer", { cases: [...cases] });
  const { result, output } = await answer;
  expect(result).toMatchObject({ outcome: "wrong-answer", cases });
  expect(output).toMatchObject({ stdout: { text: "", cut: false }, compile: { text: "", cut: false } });
});

it("keeps NUL and half a surrogate pair as a program wrote and said them", async () => {
  const odd = "a\0b\ud800c";
  const run = freeRun(`# ${odd}`, {
    task: { kind: "free", input: { kind: "given", text: odd }, arguments: ["\ud800"] },
  });
  const answer = caller.run(run, { wait: 10 });
  const played = await ground.executor.take();
  await played.write("x\0y\ud83d\ude00");
  played.end();
  const { runId } = await answer;
  await until("the end is stored", async () => {
    const row = await ground.db.selectFrom("run").selectAll().where("id", "=", runId).executeTakeFirstOrThrow();
    return row.output?.stdout.text === "x\0y\ud83d\ude00" && row.task.kind === "free" && row;
  });
  expect((await caller.call("GET", `/api/runs/${runId}`)).output.stdout.text).toBe("x\0y\ud83d\ude00");
});

it("stores the end of a run whose judge died, and adds the job that a dying judge did not add", async () => {
  const doomed = await ground.startJudge();
  const secret = ground.auth.addKey().secret;
  const { runId } = await new Caller(doomed, secret).run(freeRun("1"));
  const run = await ground.executor.take();
  await doomed.close();
  await run.write("late\n");
  run.end();
  // The rows look old enough to be looked after.
  await ground.db.updateTable("run").set({ created_at: 1 }).where("id", "=", runId).execute();
  const row = async (id: string) =>
    await ground.db.selectFrom("run").selectAll().where("id", "=", id).executeTakeFirst();
  await until("the end is stored", async () => (await row(runId))?.result !== null, { withinMs: 12_000 });
  expect((await row(runId))?.output?.stdout.text).toBe("late\n");

  const lost = newId();
  await insertRun(ground.db, {
    runId: lost,
    keyId,
    countedIn: "x",
    trustDomain: `key:${keyId}`,
    priority: 2,
    createdAt: 1,
    callback: null,
    program: {
      language: "python",
      files: [
        {
          name: "main.py",
          content: "lost",
        },
      ],
    },
    task: {
      kind: "free",
      input: {
        kind: "given",
        text: "",
      },
      arguments: [],
    },
    limits: {
      compile: defaultCompileLimits,
      run: defaultRunLimits,
    },
  });
  const found = await ground.executor.take();
  expect(found.job).toMatchObject({ runId: lost, program: { files: [{ content: "lost" }] } });
  found.end();
  await until("its end is stored", async () => (await row(lost))?.result !== null, { withinMs: 12_000 });
}, 40_000);

it("says which languages there are, and that none can run when no executor is heard of", async () => {
  await ground.executor.announce({ ready: ["python"], preparing: ["c"], onDemand: ["go"] });
  const list = async (): Promise<Record<string, string>> => {
    const { languages } = (await caller.call("GET", "/api/languages")) as {
      languages: { language: string; state: string; version: string }[];
    };
    return Object.fromEntries(languages.map(({ language, state }) => [language, state]));
  };
  await until("it is noticed", async () => Object.keys(await list()).length === 3);
  expect(await list()).toEqual({ python: "ready", c: "preparing", go: "on-demand" });
  const go = { language: "go", files: [{ name: "main.go", content: "" }] } as const;
  await caller.run({ ...freeRun(""), program: { ...go, files: [...go.files] } });
  expect(Number(await ground.redis.hget("executors:wanted", "go"))).toBeGreaterThan(0);
  (await ground.executor.take()).end();
  const ruby = { language: "ruby", files: [{ name: "main.rb", content: "" }] } as const;
  const refused = await caller.run({ ...freeRun(""), program: { ...ruby, files: [...ruby.files] } });
  expect(refused).toMatchObject({ status: 503, code: "unavailable" });
  await ground.executor.announce({ engine: "unavailable", reason: "The engine is away." });
  await until("it is noticed", async () => Object.keys(await list()).length === 0);
  const away = await caller.run(freeRun("1"));
  expect(away).toMatchObject({ status: 503, message: "The engine is away." });
  await ground.executor.announce();
  await until("it is back", async () => Object.keys(await list()).length > 3);
});

it("tells whoever waits where the run is when it has to stop, and stops in time", async () => {
  const stopping = await ground.startJudge();
  const waiting = new Caller(stopping, ground.auth.addKey().secret);
  const [record, answer] = [
    waiting.run(freeRun("1"), { wait: 60 }),
    waiting.call("POST", "/api/v2/execute", { language: "python", version: "*", files: [{ content: "2" }] }),
  ];
  const played = [await ground.executor.take(), await ground.executor.take()];
  const closed = stopping.close();
  expect(await record).toMatchObject({ status: 200, state: "running" });
  expect(await answer).toMatchObject({ status: 503, code: "unavailable" });
  await closed;
  for (const run of played) run.end();
});

it("reads a run's program and test cases once, and never after its end, however often its record is asked for", async () => {
  const input = "x".repeat(1_000_000);
  const cases = Array.from({ length: 4 }, () => ({ visibility: "hidden" as const, input, expected: input }));
  const made = await caller.run({ ...freeRun("input()"), task: { kind: "graded", cases } });
  const run = await ground.executor.take();
  const look = async () => await caller.call("GET", `/api/runs/${made.runId.toUpperCase()}`);
  const before = await readBytes();
  for (let n = 0; n < 20; n++) expect(await look()).toMatchObject({ status: 200, state: "running" });
  run.end("accepted");
  await until("its end is stored", async () => (await look()).state === "ended");
  for (let n = 0; n < 20; n++) expect(await look()).toMatchObject({ status: 200, language: "python", callback: null });
  expect((await readBytes()) - before).toBeLessThan(1_000_000);
  const other = new Caller(judge, ground.auth.addKey().secret);
  expect(await other.call("GET", `/api/runs/${made.runId}`)).toMatchObject({ status: 404 });

  /** What Redis has sent to all of its clients so far. */
  async function readBytes(): Promise<number> {
    return Number(/total_net_output_bytes:(\d+)/.exec(await ground.redis.info("stats"))?.[1]);
  }
});
