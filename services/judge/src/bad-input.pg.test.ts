import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Caller, freeRun, newId, TestGround, type TestJudge } from "./testing/start-judge.ts";

let ground: TestGround;
let judge: TestJudge;
let caller: Caller;

beforeAll(async () => {
  ground = await TestGround.create();
  judge = await ground.startJudge();
  caller = new Caller(judge, ground.auth.addKey().secret);
});
afterAll(async () => {
  // Whatever was refused has left neither a row nor a job.
  const rows = await ground.db.selectFrom("run").select("id").execute();
  expect(rows).toEqual([]);
  await ground.close();
});

const program = freeRun("x").program;
const free = freeRun("x").task;
const withFiles = (...files: object[]) => ({ task: free, program: { ...program, files } });
const file = (name: unknown, content: unknown = "") => ({ name, content });
const graded = (more: object) => ({
  program,
  task: { kind: "graded", cases: [{ visibility: "visible", input: "", expected: "" }], ...more },
});

it.each<[string, unknown]>([
  ["nothing", {}],
  ["a list", []],
  ["no program", { task: free }],
  ["no task", { program }],
  ["a language that is none", { task: free, program: { ...program, language: "brainfog" } }],
  ["a language from the prototype", { task: free, program: { ...program, language: "constructor" } }],
  ["no file", withFiles()],
  ["too many files", withFiles(...Array.from({ length: 257 }, (_, index) => file(`f${index}`)))],
  ["a name outside", withFiles(file("../x"))],
  ["a name outside, deeper", withFiles(file("a/../../x"))],
  ["an absolute name", withFiles(file("/etc/passwd"))],
  ["an empty name", withFiles(file(""))],
  ["the folder itself", withFiles(file("."))],
  ["a name with a line break", withFiles(file("a\nb"))],
  ["a name with NUL", withFiles(file("a\0b"))],
  ["a name with a backslash", withFiles(file("a\\b"))],
  ["a name of 256 characters", withFiles(file("x".repeat(256)))],
  ["a name of more than 255 bytes", withFiles(file("é".repeat(200)))],
  ["a name twice", withFiles(file("a"), file("a"))],
  ["a file that is a folder as well", withFiles(file("a"), file("a/b"))],
  ["base64 that is none", withFiles({ ...file("a", "%%%"), encoding: "base64" })],
  ["an encoding that is none", withFiles({ ...file("a"), encoding: "rot13" })],
  ["stdin that is no text", { program, task: { ...free, input: { kind: "given", text: { a: 1 } } } }],
  ["an input that is none", { program, task: { ...free, input: { kind: "telepathy" } } }],
  ["a terminal without a size", { program, task: { ...free, input: { kind: "terminal" } } }],
  ["arguments that are no list", { program, task: { ...free, arguments: "a b" } }],
  ["an argument with NUL", { program, task: { ...free, arguments: ["a\0"] } }],
  ["too many arguments", { program, task: { ...free, arguments: Array.from({ length: 129 }, () => "") } }],
  ["a limit below the least", { ...freeRun("x"), limits: { run: { cpuMs: 1 } } }],
  ["a limit of nothing", { ...freeRun("x"), limits: { run: { wallMs: 0 } } }],
  ["a negative limit", { ...freeRun("x"), limits: { run: { memoryKib: -1 } } }],
  ["a huge limit", { ...freeRun("x"), limits: { compile: { wallMs: 1e308 } } }],
  ["a limit that is no number", { ...freeRun("x"), limits: { run: { cpuMs: "NaN" } } }],
  ["a limit of half a millisecond more", { ...freeRun("x"), limits: { run: { cpuMs: 1000.5 } } }],
  ["no test case", graded({ cases: [] })],
  [
    "too many test cases",
    graded({ cases: Array.from({ length: 201 }, () => ({ visibility: "visible", input: "", expected: "" })) }),
  ],
  ["a checker that is none", graded({ checker: { kind: "kind" } })],
  ["a tolerance beyond reason", graded({ checker: { kind: "float", absolute: -1, relative: 2 } })],
  [
    "a checker's name outside",
    graded({ checker: { kind: "program", program: { ...program, files: [file("../c.py")] } } }),
  ],
  ["a callback that is no address", freeRun("x", { callback: "javascript:alert(1)" })],
])("refuses %s", async (_what, body) => {
  const answer = await caller.call("POST", "/api/runs", body);
  expect(answer).toMatchObject({ status: 400, code: "bad-request", message: expect.any(String) as string });
});

it.each<[string, unknown]>([
  ["a program of more than a mebibyte", withFiles(file("a", "x".repeat(600_000)), file("b", "x".repeat(600_000)))],
  [
    "stdin of more than 256 KiB in bytes",
    { program, task: { ...free, input: { kind: "given", text: "é".repeat(200_000) } } },
  ],
  [
    "arguments of more than 64 KiB",
    { program, task: { ...free, arguments: Array.from({ length: 20 }, () => "x".repeat(4_000)) } },
  ],
  [
    "test cases of more than 8 MiB",
    graded({
      cases: Array.from({ length: 9 }, () => ({ visibility: "hidden", input: "x".repeat(1_000_000), expected: "" })),
    }),
  ],
  ["a body of more than 16 MiB", withFiles(file("a", "x".repeat(17_000_000)))],
])("answers too-large to %s", async (_what, body) => {
  expect(await caller.call("POST", "/api/runs", body)).toMatchObject({ status: 413, code: "too-large" });
});

it("refuses what is no JSON, what is nested too deeply, and ids that are none", async () => {
  const send = async (body: string, type = "application/json") => {
    const answer = await caller.send("POST", "/api/runs", { headers: { "content-type": type } });
    expect(answer.status).toBe(400);
    const raw = await fetch(`${judge.url}/api/runs`, { method: "POST", body, headers: await headers(type) });
    return { status: raw.status, ...((await raw.json()) as object) };
  };
  const headers = async (type: string) => ({
    "content-type": type,
    authorization: `Bearer ${ground.auth.addKey().secret}`,
  });
  for (const body of [
    "{",
    "print(1)",
    '{"__proto__":{"polluted":true}}',
    '{"program":NaN}',
    `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
  ])
    expect(await send(body)).toMatchObject({ status: 400, code: "bad-request" });
  expect(await send("a=b", "application/x-www-form-urlencoded")).toMatchObject({ status: 400 });
  for (const id of ["1", "../auth/keys", "00000000-0000-0000-0000-00000000000g", "%00"]) {
    const answer = await caller.send("GET", `/api/runs/${id}`);
    expect([400, 404]).toContain(answer.status);
  }
  for (const wait of ["-1", "61", "NaN", "1e9", "x"])
    expect(await caller.call("GET", `/api/runs/${newId()}?wait=${wait}`)).toMatchObject({ status: 400 });
});

it("lives on when a caller is cut off in the middle of a request", async () => {
  const { hostname, port } = new URL(judge.url);
  for (let round = 0; round < 10; round++) {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined);
    socket.write(
      "POST /api/v2/execute HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{",
    );
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
  }
  expect((await caller.call("GET", "/api/languages")).status).toBe(200);
});
