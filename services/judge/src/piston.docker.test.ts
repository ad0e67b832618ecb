import { RunRecord } from "@greenroom/shared/api/run-routes.ts";
import { NodePistonClient, PistonClient } from "piston-api-client";
// The package declares no types; what is used of it is a function that makes a client.
// @ts-expect-error -- see above
import { piston as createPiston } from "piston-client";
import { until } from "@greenroom/shared/testing/until.ts";
import { Value } from "typebox/value";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PistonSocket } from "./testing/piston-socket.ts";
import { RealExecutor } from "./testing/real-executor.ts";
import { Caller, freeRun, TestGround, type TestJudge } from "./testing/start-judge.ts";

let ground: TestGround;
let executor: RealExecutor;
let judge: TestJudge;
/** Clients of Piston's send no key: where they are let in without one. */
let open: TestJudge;
let caller: Caller;
let secret: string;

beforeAll(async () => {
  ground = await TestGround.create({ withPeer: false });
  executor = await RealExecutor.create({
    redis: ground.redis,
    redisUrl: ground.redisServer.url,
    languages: ["python", "javascript", "cpp"],
  });
  [judge, open] = [
    await ground.startJudge(),
    await ground.startJudge({ KEYLESS_RUNS: "on", KEYLESS_RUNS_PER_MINUTE: 1_000 }),
  ];
  ({ secret } = ground.auth.addKey());
  caller = new Caller(judge, secret);
}, 320_000);
afterAll(async () => {
  await executor.close();
  await ground.close();
});

const execute = (body: object) => caller.call("POST", "/api/v2/execute", { version: "*", ...body });
const python = (content: string, more: object = {}) => execute({ language: "python", files: [{ content }], ...more });

it("runs a program through the runs API with a real executor", async () => {
  const record = await caller.run(freeRun("print('hello')"), { wait: 30 });
  expect(Value.Check(RunRecord, (({ status: _status, ...rest }) => rest)(record))).toBe(true);
  expect(record).toMatchObject({
    state: "ended",
    result: { outcome: "exited" },
    output: { stdout: { text: "hello\n" } },
  });
});

it("grades a program through the runs API with a real executor", async () => {
  const run = freeRun("print(int(input()) * 2)", {
    task: {
      kind: "graded",
      cases: [
        { visibility: "visible", input: "2\n", expected: "4" },
        { visibility: "hidden", input: "3\n", expected: "7" },
      ],
    },
  });
  const { result, output } = await caller.run(run, { wait: 30 });
  expect(result).toMatchObject({
    outcome: "wrong-answer",
    cases: [
      { number: 1, verdict: "accepted", stdout: { text: "4\n" } },
      { number: 2, verdict: "wrong-answer" },
    ],
  });
  expect(result?.cases?.[1]).not.toHaveProperty("stdout");
  expect(result?.cases?.[1]).not.toHaveProperty("message");
  expect(output?.stdout.text).toBe("");
});

it("serves the client piston-client, unchanged", async () => {
  // oxlint-disable-next-line typescript/no-unsafe-call -- see the import
  const client = createPiston({ server: `${open.url}/` }) as {
    runtimes(): Promise<unknown>;
    execute(language: string, code: string, config?: object): Promise<unknown>;
  };
  expect(await client.runtimes()).toContainEqual({
    language: "c++",
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
    aliases: expect.arrayContaining(["cpp", "g++"]) as string[],
    runtime: "gcc",
  });
  expect(await client.execute("python", "import sys; print(sys.argv[1:], input())", { stdin: "in" })).toMatchObject({
    language: "python",
    version: expect.stringMatching(/^3\./) as string,
    run: { stdout: "['1', '2', '3'] in\n", stderr: "", output: "['1', '2', '3'] in\n", code: 0, signal: null },
  });
  const compiled = await client.execute("c++", "#include <iostream>\nint main() { std::cout << 42; }");
  expect(compiled).toMatchObject({ compile: { code: 0, stderr: "" }, run: { stdout: "42", code: 0 } });
});

it("serves the client piston-api-client, unchanged, by fetch and by Node's http", async () => {
  for (const client of [new PistonClient({ server: open.url }), new NodePistonClient({ server: open.url })]) {
    const runtimes = await client.runtimes();
    expect(runtimes.success && runtimes.data.some(({ aliases }) => aliases.includes("node-js"))).toBe(true);
    const result = await client.execute({
      language: "node-js",
      version: "*",
      files: [{ content: "console.log(process.argv.slice(2))" }],
      args: ["Hello", "World"],
    });
    expect(result).toMatchObject({
      success: true,
      data: { language: "javascript", run: { stdout: "[ 'Hello', 'World' ]\n", code: 0, signal: null } },
    });
  }
});

it("says with Piston's letters how a program ended, and what it cost", async () => {
  expect(await python("import sys; print('o'); sys.stdout.flush(); print('e', file=sys.stderr)")).toMatchObject({
    status: 200,
    run: {
      stdout: "o\n",
      stderr: "e\n",
      output: "o\ne\n",
      code: 0,
      signal: null,
      message: null,
      status: null,
      cpu_time: expect.any(Number) as number,
      wall_time: expect.any(Number) as number,
      memory: expect.any(Number) as number,
    },
  });
  expect(await python("exit(3)")).toMatchObject({ run: { code: 3, signal: null, status: "RE" } });
  expect(await python("import os; os.kill(os.getpid(), 11)")).toMatchObject({
    run: { code: null, signal: "SIGSEGV", status: "SG" },
  });
  expect(await python("while True: pass", { run_timeout: 500 })).toMatchObject({
    run: { code: null, signal: "SIGKILL", status: "TO" },
  });
  expect(await python("while True: print('x' * 1000)")).toMatchObject({
    run: { code: null, signal: "SIGKILL", status: "OL" },
  });
  expect(await python("import sys\nwhile True: sys.stderr.write('x' * 1000)")).toMatchObject({
    run: { code: null, signal: "SIGKILL", status: "EL" },
  });
  const broken = await execute({ language: "cpp", files: [{ content: "int main() { return nothing; }" }] });
  expect(broken).toMatchObject({ compile: { code: 1, status: "RE" }, run: { code: 1 } });
  expect(broken.compile.stderr).toContain("nothing");
  expect(broken.run).toEqual(broken.compile);
}, 60_000);

it("takes several files, in text, base64 and hexadecimal, and names that are no names of ours", async () => {
  const files = [
    { name: "data.bin", content: Buffer.from([0, 255]).toString("hex"), encoding: "hex" },
    { name: "prog", content: "from lib.util import twice\nprint(twice(21), open('data.bin', 'rb').read())" },
    { name: "/lib/../lib/util.py", content: "def twice(n):\n    return n * 2\n" },
  ];
  expect(await execute({ language: "py", files })).toMatchObject({ run: { stdout: "42 b'\\x00\\xff'\n", code: 0 } });
});

it("ends a run whose caller has hung up", async () => {
  const gone = new AbortController();
  const body = {
    language: "python",
    version: "*",
    files: [{ content: "import time; time.sleep(60)" }],
    run_timeout: 90_000,
  };
  const answer = caller.send("POST", "/api/v2/execute", { body, signal: gone.signal }).catch(() => "hung up");
  const newest = async () =>
    await ground.db.selectFrom("run").selectAll().orderBy("created_at", "desc").limit(1).executeTakeFirstOrThrow();
  await expect.poll(async () => (await newest()).program.files[0]?.content).toContain("sleep(60)");
  gone.abort();
  expect(await answer).toBe("hung up");
  await expect.poll(async () => (await newest()).result?.outcome, { timeout: 5_000 }).toBe("stopped");
});

it("runs a program live over Piston's socket: stages, input, output, exit, and then code 4999", async () => {
  const socket = await PistonSocket.open(judge, secret);
  socket.send({
    type: "init",
    language: "c++",
    version: "*",
    files: [
      {
        content:
          '#include <iostream>\nint main() { std::string s; std::cin >> s; std::cout << "got " << s; return 7; }',
      },
    ],
  });
  socket.send({ type: "data", stream: "stdin", data: "é\n" });
  expect(await socket.closed).toEqual([4999, "Job Completed"]);
  expect(socket.output("stdout")).toBe("got é");
  expect(socket.messages.filter(({ type }) => type !== "data")).toEqual([
    { type: "runtime", language: "c++", version: expect.any(String) as string },
    { type: "stage", stage: "compile" },
    { type: "exit", stage: "compile", code: 0, signal: null },
    { type: "stage", stage: "run" },
    { type: "exit", stage: "run", code: 7, signal: null },
  ]);
}, 30_000);

it("sends a program the signals that clients of Piston's send, and ends it when they leave", async () => {
  const socket = await PistonSocket.open(judge, secret);
  const source =
    "import signal, time\nsignal.signal(signal.SIGINT, lambda *_: print('caught', flush=True))\nprint('up', flush=True)\ntime.sleep(60)";
  socket.send({ type: "init", language: "python", version: "*", files: [{ content: source }], run_timeout: 60_000 });
  await until("it is up", () => socket.output("stdout") === "up\n");
  socket.send({ type: "signal", signal: "SIGINT" });
  await until("it caught the signal", () => socket.output("stdout") === "up\ncaught\n");
  socket.send({ type: "signal", signal: "SIGWINCH" });
  socket.leave();
  const row = () =>
    ground.db.selectFrom("run").selectAll().orderBy("created_at", "desc").limit(1).executeTakeFirstOrThrow();
  await expect.poll(async () => (await row()).result?.outcome, { timeout: 5_000 }).toBe("stopped");
}, 30_000);
