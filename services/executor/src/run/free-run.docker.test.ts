import { randomUUID } from "node:crypto";
import { freeRun } from "@greenroom/shared/jobs/free-run.ts";
import type { FreeTask, RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestJudge, type TestRunEnd } from "../testing/test-judge.ts";
import type { ProgramOrder } from "./orders.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
}, 900_000);
afterAll(() => judge.close());

interface Given {
  language?: LanguageId;
  files: RunJob["program"]["files"];
  task?: Partial<FreeTask>;
  orders?: readonly ProgramOrder[];
  limits?: Partial<RunJob["limits"]["compile"]>;
}

/** A free run; its orders are given as soon as the program asks for them, and later ones by what is returned. */
function start(given: Given): { runId: string; end: Promise<TestRunEnd>; order: (order: ProgramOrder) => void } {
  const { language = "python", files } = given;
  const runId = randomUUID();
  const base = freeRun({ runId, trustDomain: "session:free", language, source: "" });
  const job: RunJob = {
    ...base,
    program: { language, files },
    task: { kind: "free", input: { kind: "given", text: "" }, arguments: [], ...given.task },
    limits: { ...base.limits, compile: { ...base.limits.compile, ...given.limits } },
  };
  let receiver: ((order: ProgramOrder) => void) | undefined;
  const waiting: ProgramOrder[] = [...(given.orders ?? [])];
  const receive = (next: (order: ProgramOrder) => void): void => {
    receiver = next;
    for (const order of waiting.splice(0)) next(order);
  };
  const order = (one: ProgramOrder): void => (receiver ? receiver(one) : void waiting.push(one));
  return { runId, end: judge.execute(job, { orders: { receive } }), order };
}

const main = (content: string): RunJob["program"]["files"][number] => ({ name: "main.py", content });
const textOf = async (runId: string): Promise<string> =>
  (await judge.chunks(runId)).map((chunk) => chunk.text).join("");
const said = (runId: string) => expect.poll(() => textOf(runId), { interval: 10, timeout: 5_000 });

it("a program has several files, in folders, in any encoding, and arguments", async () => {
  const { end } = start({
    files: [
      main("import sys\nfrom lib.util import shout\nprint(shout(sys.argv[1:]), open('data/raw.bin', 'rb').read())"),
      { name: "lib/util.py", content: "def shout(words): return '|'.join(words).upper()" },
      { name: "data/raw.bin", content: "/wA=", encoding: "base64" },
    ],
    task: { arguments: ["a b", "$(id)", "-x\n"] },
  });
  expect(await end).toMatchObject({ outcome: "exited", stdout: "A B|$(ID)|-X\n b'\\xff\\x00'\n", stderr: "" });
});

it("a compiled program has several files too", async () => {
  const { end } = start({
    language: "c",
    files: [
      {
        name: "main.c",
        content: '#include <stdio.h>\n#include "lib/one.h"\nint main(int c, char **v) { printf("%d%s", ONE, v[1]); }',
      },
      { name: "lib/one.h", content: "#define ONE 1" },
    ],
    task: { arguments: ["!"] },
  });
  expect(await end).toMatchObject({ outcome: "exited", stdout: "1!" });
});

it("a compiler has the limits of the job", async () => {
  const { end } = start({
    language: "cpp",
    files: [
      {
        name: "main.cpp",
        content:
          "template <int N> struct F { static const int v = F<N - 1>::v + F<N - 2>::v; };\n#include <bits/stdc++.h>\nint main() {}",
      },
    ],
    limits: { wallMs: 100, cpuMs: 100 },
  });
  const result = await end;
  expect(result.outcome).toBe("compile-error");
  expect(result.compile).toMatch(/Compiling took .*0\.1 s.* and was ended\./);
});

it("live input reaches the program as it comes, with what came before it started, until its end", async () => {
  const { runId, end, order } = start({
    files: [main("import sys\nfor line in sys.stdin: print('got', line.strip(), flush=True)\nprint('end')")],
    task: { input: { kind: "live" } },
    orders: [{ type: "input", text: "early\n" }],
  });
  await said(runId).toBe("got early\n");
  order({ type: "input", text: "zwölf 🦊\n" });
  await said(runId).toBe("got early\ngot zwölf 🦊\n");
  order({ type: "input-end" });
  order({ type: "input", text: "late\n" });
  expect(await end).toMatchObject({ outcome: "exited", stdout: "got early\ngot zwölf 🦊\nend\n" });
});

it("a signal reaches the program", async () => {
  const { runId, end, order } = start({
    files: [
      main(
        "import signal, time\nsignal.signal(signal.SIGUSR1, lambda *a: print('heard', flush=True))\nprint('on', flush=True)\ntime.sleep(30)",
      ),
    ],
  });
  await said(runId).toBe("on\n");
  order({ type: "signal", signal: "SIGUSR1" });
  await said(runId).toBe("on\nheard\n");
  order({ type: "signal", signal: "SIGTERM" });
  expect(await end).toMatchObject({ outcome: "runtime-error", signal: "SIGTERM", exitCode: null });
});

it("a terminal has a size, keys, Ctrl-C and Ctrl-D, and one stream", async () => {
  const source = `import os, signal, sys
size = lambda: "%dx%d" % os.get_terminal_size()
signal.signal(signal.SIGWINCH, lambda *a: print("now", size(), flush=True))
print(sys.stdin.isatty(), sys.stdout.isatty(), size(), file=sys.stderr, flush=True)
try:
    while True: print("<" + input() + ">", flush=True)
except KeyboardInterrupt: print("interrupted", flush=True)
try: input()
except EOFError: print("eof", flush=True)`;
  const { runId, end, order } = start({
    files: [main(source)],
    task: { input: { kind: "terminal", columns: 80, rows: 24 } },
  });
  await said(runId).toContain("True True 80x24");
  order({ type: "input", text: "hello\r" });
  await said(runId).toContain("<hello>");
  order({ type: "resize", columns: 132, rows: 50 });
  await said(runId).toContain("now 132x50");
  order({ type: "input", text: "\u0003" });
  await said(runId).toContain("interrupted");
  order({ type: "input", text: "\u0004" });
  expect(await end).toMatchObject({ outcome: "exited", stdout: expect.stringContaining("eof"), stderr: "" });
});

it("orders that an input has no use for do nothing", async () => {
  const { end } = start({
    files: [main("import sys\nprint(sys.stdin.read())")],
    task: { input: { kind: "given", text: "given" } },
    orders: [{ type: "input", text: "more" }, { type: "resize", columns: 1, rows: 1 }, { type: "input-end" }],
  });
  expect(await end).toMatchObject({ outcome: "exited", stdout: "given\n" });
});
