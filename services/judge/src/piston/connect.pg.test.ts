import { until } from "@greenroom/shared/testing/until.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { PistonSocket } from "../testing/piston-socket.ts";
import { Caller, TestGround, type TestJudge } from "../testing/start-judge.ts";

let ground: TestGround;
let judge: TestJudge;
let secret: string;

beforeAll(async () => {
  ground = await TestGround.create();
  judge = await ground.startJudge();
  ({ secret } = ground.auth.addKey());
});
afterAll(() => ground.close());

const init = { type: "init", language: "python", version: "*", files: [{ content: "input()" }] };
const open = () => PistonSocket.open(judge, secret);

it("lets nobody connect without a key, and says so by HTTP", async () => {
  for (const key of [undefined, `gr_${"x".repeat(43)}`])
    await expect(PistonSocket.open(judge, key)).rejects.toThrow("401");
  const plain = await new Caller(judge, secret).call("GET", "/api/v2/connect");
  expect(plain).toMatchObject({ status: 400, code: "bad-request" });
});

it("closes with 4001 when nobody begins", async () => {
  const socket = await open();
  expect(await socket.closed).toEqual([4001, "Initialization Timeout"]);
});

it("closes with 4000 on a second init, and ends the run of the first", async () => {
  const socket = await open();
  socket.send(init);
  const run = await ground.executor.take();
  socket.send(init);
  expect(await socket.closed).toEqual([4000, "Already Initialized"]);
  await until("it is stopped", async () => (await run.orders()).length > 0);
  expect(await run.orders()).toEqual([{ type: "stop" }]);
  run.end("stopped");
});

it("closes with 4000 when two inits come at once, and runs one program at the most", async () => {
  const socket = await open();
  socket.send(init);
  socket.send(init);
  expect(await socket.closed).toEqual([4000, "Already Initialized"]);
  const run = await ground.executor.take();
  await until("it is stopped", async () => (await run.orders()).length > 0);
  run.end("stopped");
});

it.each([[{ type: "data", stream: "stdin", data: "x" }], [{ type: "signal", signal: "SIGINT" }]])(
  "closes with 4003 on %j before init",
  async (message) => {
    const socket = await open();
    socket.send(message);
    expect(await socket.closed).toEqual([4003, "Not yet initialized"]);
  },
);

it.each([
  [{ type: "data", stream: "stdout", data: "x" }, [4004, "Can only write to stdin"]],
  [{ type: "signal", signal: "SIGNOTHING" }, [4005, "Invalid signal"]],
  [{ type: "signal", signal: 9 }, [4005, "Invalid signal"]],
] as const)("closes on %j, and ends the run", async (message, closed) => {
  const socket = await open();
  socket.send(init);
  const run = await ground.executor.take();
  socket.send(message);
  expect(await socket.closed).toEqual(closed);
  await until("it is stopped", async () => (await run.orders()).length > 0);
  run.end("stopped");
});

it.each([
  ["not JSON", /JSON/],
  [{ ...init, language: undefined }, /language is required as a string/],
  [{ ...init, version: "1.x" }, /python-1.x runtime is unknown/],
  [{ ...init, run_timeout: 1e9 }, /cannot exceed the configured limit/],
  [{ ...init, files: [{ content: "" }, { name: "../../etc/passwd", content: "" }] }, /tries to escape/],
])("says what is wrong with %j, and closes with 4002", async (message, words) => {
  const socket = await open();
  socket.send(message);
  expect(await socket.closed).toEqual([4002, "Notified Error"]);
  expect(socket.messages).toEqual([{ type: "error", message: expect.stringMatching(words) as string }]);
});

it("says so when a key may run no more, and closes with 4002", async () => {
  const used = ground.auth.addKey({ runsPerDay: 1 });
  const [first, second] = [await PistonSocket.open(judge, used.secret), await PistonSocket.open(judge, used.secret)];
  first.send(init);
  const run = await ground.executor.take();
  second.send(init);
  expect(await second.closed).toEqual([4002, "Notified Error"]);
  expect(second.messages).toMatchObject([{ type: "error", message: expect.stringContaining("day") as string }]);
  run.end();
  expect(await first.closed).toEqual([4999, "Job Completed"]);
});

it("ignores messages of no type it knows, and what is not text", async () => {
  const socket = await open();
  for (const odd of ["7", "null", "[]", { type: "resize" }, { type: 7 }, {}]) socket.send(odd);
  socket.send(init);
  const run = await ground.executor.take();
  run.end();
  expect(await socket.closed).toEqual([4999, "Job Completed"]);
});

it("passes on what is typed in order, in pieces, before the program is up and while it runs", async () => {
  const socket = await open();
  socket.send(init);
  socket.send({ type: "data", stream: "stdin", data: "a".repeat(20_000) });
  const run = await ground.executor.take();
  socket.send({ type: "data", stream: "stdin", data: "b" });
  socket.send({ type: "signal", signal: "SIGTERM" });
  await until("all came", async () => (await run.orders()).length === 4);
  const orders = (await run.orders()) as { type: string; text?: string; signal?: string }[];
  expect(orders.map(({ text, signal }) => text?.length ?? signal)).toEqual([16_384, 3_616, 1, "SIGTERM"]);
  run.end();
  await socket.closed;
});

it("stops a run whose socket is gone while it waits in the queue", async () => {
  const blockers = [await open(), await open()];
  for (const blocker of blockers) blocker.send(init);
  const going = [await ground.executor.take(), await ground.executor.take()];
  const socket = await open();
  socket.send(init);
  await until("it is let in", () => socket.messages.some(({ type }) => type === "runtime"));
  socket.leave();
  for (const run of going) run.end();
  const run = await ground.executor.take();
  await until("it is stopped", async () => (await run.orders()).length > 0);
  run.end("stopped");
});

it("takes no message larger than a program can be", async () => {
  const socket = await open();
  socket.send({ ...init, stdin: "x".repeat(3 * 1024 * 1024) });
  expect((await socket.closed)[0]).toBe(1009);
});

it("goes on when clients cut the connection at any moment", async () => {
  const url = `${judge.url.replace("http", "ws")}/api/v2/connect`;
  for (let round = 0; round < 20; round++) {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${secret}` } });
    socket.on("error", () => undefined);
    socket.on("open", () => {
      socket.send(JSON.stringify(init));
      if (round % 2 === 0) socket.terminate();
      else setImmediate(() => socket.terminate());
    });
    await new Promise((resolve) => socket.once("close", resolve));
  }
  const last = await open();
  last.send({ ...init, files: [{ content: "last" }] });
  for (;;) {
    const run = await ground.executor.take();
    run.end();
    if (run.job.program.files[0]?.content === "last") break;
  }
  expect(await last.closed).toEqual([4999, "Job Completed"]);
});

it("reads no more from a client than can be passed on", async () => {
  const socket = await open();
  socket.send({ ...init, files: [{ content: "import time; time.sleep(9)" }] });
  const run = await ground.executor.take();
  await socket.message(({ type }) => type === "runtime");
  const pad = "x".repeat(1_000);
  for (let n = 0; n < 20_000; n++) socket.send({ type: "signal", signal: "SIGUSR1", pad });
  await ground.redis.call("client", "pause", 4_000, "all");
  await ground.redis.ping(); // answered when the pause is over
  expect(socket.unread).toBeGreaterThan(5_000_000);
  await until("it is read on", async () => (await run.orders()).length > 1_000);
  socket.leave();
  run.end("stopped");
});
