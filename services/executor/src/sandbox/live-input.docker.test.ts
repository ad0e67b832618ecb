import { constants } from "node:os";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { python, runStep, type TestStep, underGvisor } from "../testing/sandbox-step.ts";
import { TestJudge } from "../testing/test-judge.ts";
import type { Sandbox } from "./sandbox.ts";
import { startSandbox } from "./sandboxes.ts";

let judge: TestJudge;
let sandbox: Sandbox;
beforeAll(async () => {
  judge = await TestJudge.create();
  sandbox = await startSandbox(judge.source, "python");
}, 900_000);
beforeEach(async () => sandbox.wipe());
afterAll(async () => {
  await sandbox?.close();
  await judge.close();
});

/** Runs a program and does each thing once, as soon as its output holds the words before it. */
function converse(source: string, replies: readonly (readonly [after: string, act: () => void])[], more: TestStep) {
  let next = 0;
  const onOutput = (text: string): void => {
    for (let reply = replies[next]; reply && text.includes(reply[0]); reply = replies[next]) {
      next += 1;
      reply[1]();
    }
  };
  return runStep(sandbox, { ...python(source), ...more, onOutput });
}

const live: TestStep = { input: { kind: "live" } };
const terminal: TestStep = { input: { kind: "terminal", columns: 100, rows: 30 } };

it("gives a program what is typed while it runs, and then the end", async () => {
  const end = await converse(
    "print('name?'); print('hello', input()); print('more?')\nimport sys; print(repr(sys.stdin.read()))",
    [
      ["name?", () => sandbox.write("Ada\n")],
      ["more?", () => sandbox.write("one ")],
      ["more?", () => sandbox.write(Buffer.from("two"))],
      ["more?", () => sandbox.endInput()],
    ],
    live,
  );
  expect(end).toMatchObject({ reason: "itself", exitCode: 0, stdout: "name?\nhello Ada\nmore?\n'one two'\n" });
});

it("gives a program what was typed before it was there", async () => {
  const ending = runStep(sandbox, { ...python("print(input())"), ...live });
  sandbox.write("early\n");
  expect(await ending).toMatchObject({ stdout: "early\n" });
});

it("holds a mebibyte for a program that does not read, and drops the rest", async () => {
  const mebibyte = 1024 * 1024;
  const ending = converse(
    `import signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
print('go'); signal.sigwait({signal.SIGUSR1}); print(len(open(0, "rb").read()))`,
    [
      [
        "go",
        () => {
          for (let count = 0; count < 40; count++) sandbox.write(Buffer.alloc(mebibyte / 8, "x"));
          sandbox.endInput();
          sandbox.signal(constants.signals.SIGUSR1);
        },
      ],
    ],
    live,
  );
  const end = await ending;
  const read = Number(end.stdout.split("\n")[1]);
  // What the pipe took is more than what waits.
  expect(read).toBeGreaterThanOrEqual(mebibyte);
  expect(read).toBeLessThan(2 * mebibyte);
});

it("does not mind input that nobody reads, or that comes when nothing runs", async () => {
  sandbox.write("nobody");
  sandbox.endInput();
  sandbox.resize(1, 1);
  sandbox.signal(9);
  const closes = await converse(
    "import os; os.close(0); print('closed', flush=True)\nimport time; time.sleep(0.1)",
    [["closed", () => sandbox.write("x".repeat(100_000))]],
    live,
  );
  expect(closes).toMatchObject({ reason: "itself", exitCode: 0 });
  expect(await runStep(sandbox, python("print(open(0).read())"))).toMatchObject({ stdout: "\n" });
});

it("sends signals to the program and to those in its group", async () => {
  const end = await converse(
    `import os, signal, time
if os.fork() == 0:
    signal.signal(signal.SIGUSR1, lambda *_: (print("child"), os._exit(0)))
    print("ready"); time.sleep(5)
signal.signal(signal.SIGUSR1, lambda *_: None)
os.wait(); print("parent")`,
    [["ready", () => sandbox.signal(10)]],
    live,
  );
  expect(end).toMatchObject({ reason: "itself", exitCode: 0, stdout: "ready\nchild\nparent\n" });
  const killed = await converse("print('on')\nimport time; time.sleep(9)", [["on", () => sandbox.signal(15)]], live);
  expect(killed).toMatchObject({ reason: "itself", signal: 15 });
});

it("gives a program a terminal that is its controlling one, of the size that was asked for", async () => {
  const end = await converse(
    `import os, signal
print(*(os.isatty(fd) for fd in range(3)), os.get_terminal_size(), os.getsid(0) == os.getpid() == os.tcgetpgrp(0))
open(${underGvisor ? "1, closefd=False, mode=" : '"/dev/tty", '}"w").write("tty\\n"); os.write(2, b"error\\n")
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGWINCH})
print("ready"); signal.sigwait({signal.SIGWINCH}); print(os.get_terminal_size())`,
    [["ready", () => sandbox.resize(120, 40)]],
    terminal,
  );
  const size = (columns: number, lines: number): string => `os.terminal_size(columns=${columns}, lines=${lines})`;
  expect(end.stdout.replaceAll("\r\n", "\n")).toBe(
    `True True True ${size(100, 30)} True\ntty\nerror\nready\n${size(120, 40)}\n`,
  );
  expect(end).toMatchObject({ reason: "itself", exitCode: 0, stderr: "" });
});

it("echoes keys, and makes signals and the end of input of Ctrl-C and Ctrl-D", async () => {
  const end = await converse(
    // Not in a read: Python may be told of a signal just before it, and then waits all the same.
    `import time
try:
    print("line:", input("line? ")); print("wait")
    for _ in range(50): time.sleep(0.1)
except KeyboardInterrupt: print("interrupted")
print("end?")
import sys; print(repr(sys.stdin.read()))`,
    [
      ["line? ", () => sandbox.write("abX\x7fc\n")],
      ["wait", () => sandbox.write("\x03")],
      ["end?", () => sandbox.write("last\n")],
      ["end?", () => sandbox.write("\x04")],
    ],
    terminal,
  );
  expect(end.stdout).toContain("line: abc\r\n");
  expect(end.stdout).toContain(underGvisor ? "interrupted\r\n" : "^Cinterrupted\r\n");
  expect(end.stdout).toContain("last\\n'\r\n");
  expect(end).toMatchObject({ reason: "itself", exitCode: 0 });
  const ended = await converse(
    "print('go'); print(repr(open(0).read()))",
    [["go", () => sandbox.endInput()]],
    terminal,
  );
  expect(ended.stdout).toContain("go\r\n''\r\n");
});

it("loses nothing of what is written to a terminal just before the end", async () => {
  const length = underGvisor ? 100_000 : 300_000;
  for (let round = 0; round < 5; round++) {
    const end = await runStep(sandbox, {
      ...python(`import os; print('x' * ${length}); os.write(1, b'END')`),
      ...terminal,
    });
    expect(end.stdout.length).toBe(length + 2 + 3);
    expect(end.stdout.endsWith("END")).toBe(true);
  }
});

it("holds a program in a terminal to its limits", async () => {
  const floods = await runStep(sandbox, {
    ...python("while True: print('y' * 1000)"),
    ...terminal,
    limits: { outputBytes: 50_000 },
  });
  expect(floods).toMatchObject({ reason: "output" });
  expect(floods.stdout.length).toBe(50_000);
  const deaf = `import os, signal, time
for number in range(1, 32):
    try: signal.signal(number, signal.SIG_IGN)
    except OSError: pass
if os.fork(): time.sleep(60)
os.setsid()
while True: time.sleep(60)`;
  const waits = await runStep(sandbox, { ...python(deaf), ...terminal, limits: { wallMs: 400 } });
  expect(waits).toMatchObject({ reason: "wall", signal: 9 });
  expect((await runStep(sandbox, python("import os; print(os.listdir('/dev/pts'))"))).stdout).toBe("['ptmx']\n");
});

it("kills a program that is stopped, and those that left its session, when its time is over", async () => {
  const programs = [
    "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    `import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: time.sleep(60)
    os._exit(0)
time.sleep(60)`,
  ];
  for (const program of programs) {
    const end = await runStep(sandbox, { ...python(program), limits: { wallMs: 300 } });
    expect(end).toMatchObject({ reason: "wall", signal: 9 });
    expect(end.wallMs).toBeLessThan(1_500);
    const left = await runStep(sandbox, python("import os; print(sum(p.isdigit() for p in os.listdir('/proc')))"));
    expect(left.stdout).toBe("2\n");
  }
});

it("ends at an order while input is on its way", async () => {
  const stop = new AbortController();
  const end = await converse("print('on'); input()", [["on", () => stop.abort()]], { ...live, stop: stop.signal });
  expect(end).toMatchObject({ reason: "ordered", signal: 9 });
});
