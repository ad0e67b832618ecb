import { afterAll, beforeAll, expect, it } from "vitest";
import { TestJudge } from "../testing/test-judge.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
  // Warm, so that what is timed below is not the start of a container.
  await judge.run({ language: "python", source: "pass", trustDomain: "warm" });
}, 900_000);
afterAll(() => judge.close());

const python = (source: string, limits = {}) => judge.run({ language: "python", source, limits, trustDomain: "warm" });
const c = (source: string, limits = {}) => judge.run({ language: "c", source, limits, trustDomain: "warm" });

it("ends an endless loop soon after its CPU limit", async () => {
  const end = await c("int main(void) { for (;;); }", { cpuMs: 300, wallMs: 5_000 });
  expect(end).toMatchObject({ outcome: "time-limit", exitCode: null, signal: "SIGKILL" });
  expect(end.cpuMs).toBeGreaterThanOrEqual(300);
  expect(end.cpuMs).toBeLessThan(500);
});

it("ends a sleeping program by its wall limit", async () => {
  const end = await python("import time; print('right answer', flush=True); time.sleep(60)", { wallMs: 1_000 });
  expect(end).toMatchObject({ outcome: "time-limit", stdout: "right answer\n" });
  expect(end.wallMs).toBeGreaterThanOrEqual(1_000);
  expect(end.wallMs).toBeLessThan(1_400);
  expect(end.cpuMs).toBeLessThan(500);
});

it("ends a program that stops itself, or that will not hear signals, by its wall limit", async () => {
  const source = `import os, signal
for n in range(1, 65):
    try: signal.signal(n, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: os.kill(os.getpid(), signal.SIGSTOP)`;
  expect(await python(source, { wallMs: 400 })).toMatchObject({ outcome: "time-limit" });
});

it("counts the CPU time of children, of threads and of the kernel", async () => {
  const limits = { cpuMs: 400, wallMs: 10_000 };
  const child = "#include <unistd.h>\n#include <sys/wait.h>\nint main(void) { if (!fork()) for (;;); wait(0); }";
  expect(await c(child, limits)).toMatchObject({ outcome: "time-limit" });
  // Whoever ignores SIGCHLD hides its children's time from every rusage.
  const ignored = `#include <signal.h>\n#include <unistd.h>\n#include <time.h>
int main(void) { signal(SIGCHLD, SIG_IGN); for (;;) { if (!fork()) { while (clock() < 20000); _exit(0); } usleep(20000); } }`;
  expect(await c(ignored, limits)).toMatchObject({ outcome: "time-limit" });
  const kernel = `#include <fcntl.h>\n#include <unistd.h>
static char b[1 << 20]; int main(void) { int f = open("/dev/zero", O_RDONLY); for (;;) read(f, b, sizeof b); }`;
  const end = await c(kernel, limits);
  expect(end).toMatchObject({ outcome: "time-limit" });
  expect(end.cpuMs).toBeLessThan(700);
});

it("ends a program that writes too much, and passes on no byte over the limit", async () => {
  const before = process.memoryUsage().rss;
  const { runId, end: ending } = judge.start({
    language: "c",
    source: '#include <stdio.h>\nint main(void) { for (;;) puts("all work and no play makes jack a dull boy"); }',
    trustDomain: "warm",
  });
  const end = await ending;
  expect(end).toMatchObject({ outcome: "output-limit", stderr: "" });
  expect(Buffer.byteLength(end.stdout)).toBe(1024 * 1024);
  const chunks = await judge.chunks(runId);
  expect(chunks.map((chunk) => chunk.number)).toEqual(chunks.map((_, index) => index + 1));
  expect(chunks.length).toBe(end.chunks);
  expect(Math.max(...chunks.map((chunk) => chunk.text.length))).toBeLessThanOrEqual(32 * 1024);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
});

it("counts stdout and stderr together", async () => {
  const source = "import sys\nfor _ in range(60): print('x' * 9); print('y' * 9, file=sys.stderr)";
  expect(await python(source, { outputBytes: 1024 })).toMatchObject({ outcome: "output-limit" });
  expect(await python(source, { outputBytes: 1200 })).toMatchObject({ outcome: "exited" });
});

it("lets a program have as much memory as its limit says", async () => {
  const take = (mib: number): string =>
    `#include <stdlib.h>
int main(void) { volatile char *p = malloc(${mib}u << 20); for (long i = 0; i < ${mib}L << 20; i += 4096) p[i] = 1; return 0; }`;
  const within = await c(take(60), { memoryKib: 64 * 1024 });
  expect(within).toMatchObject({ outcome: "exited" });
  expect(within.memoryKib).toBeGreaterThan(60 * 1024);
  expect(within.memoryKib).toBeLessThan(64 * 1024);
  expect(await c(take(80), { memoryKib: 64 * 1024 })).toMatchObject({ outcome: "memory-limit" });
  expect(await c(take(900), { memoryKib: 1024 * 1024 })).toMatchObject({ outcome: "exited" });
});

it("counts the memory of all processes together", async () => {
  const source = `import os, time
for _ in range(4):
    if os.fork() == 0:
        block = b"x" * (40 << 20)
        time.sleep(5)
        os._exit(0)
time.sleep(5)`;
  expect(await python(source, { memoryKib: 128 * 1024 })).toMatchObject({ outcome: "memory-limit" });
});

const threads = `#include <pthread.h>\n#include <unistd.h>
static void *stay(void *nothing) { for (;;); return nothing; }
int main(void) { pthread_t one; for (;;) pthread_create(&one, 0, stay, 0); }`;

it.each([
  ["fork bomb", "#include <unistd.h>\nint main(void) { for (;;) fork(); }"],
  ["fork bomb of sleepers", "#include <unistd.h>\nint main(void) { for (;;) if (!fork()) pause(); }"],
  ["bomb of threads", threads],
])("ends a %s, after which the next run is as always", async (_name, bomb) => {
  const end = await c(bomb, { cpuMs: 1_000, wallMs: 3_000 });
  expect(end.outcome).toBe("time-limit");
  const next = await c('#include <stdio.h>\nint main(void) { puts("calm"); }');
  expect(next).toMatchObject({ outcome: "exited", stdout: "calm\n" });
});

it("allows exactly as many processes as the limit says", async () => {
  const source = `#include <stdio.h>\n#include <unistd.h>
int main(void) { int n = 1; while (n < 100) { int p = fork(); if (p == 0) { pause(); _exit(0); } if (p < 0) break; n++; } printf("%d", n); }`;
  expect(await c(source, { processes: 12 })).toMatchObject({ outcome: "exited", stdout: "12" });
});

it("stops a running program, and its children, within a moment", async () => {
  const stop = new AbortController();
  const { runId, end } = judge.start({
    language: "python",
    source: "import os, time\nos.fork()\nprint('on', flush=True)\ntime.sleep(60)",
    trustDomain: "warm",
    stop: stop.signal,
  });
  await expect.poll(async () => (await judge.chunks(runId)).length).toBeGreaterThan(0);
  const stoppedAt = performance.now();
  stop.abort();
  expect(await end).toMatchObject({ outcome: "stopped", exitCode: null });
  expect(performance.now() - stoppedAt).toBeLessThan(250);
});

it("stops a compiler", async () => {
  const stop = new AbortController();
  const { end } = judge.start({
    language: "c",
    source: '#include "/dev/zero"',
    trustDomain: "warm",
    stop: stop.signal,
  });
  setTimeout(() => stop.abort(), 200);
  expect(await end).toMatchObject({ outcome: "stopped", wallMs: null });
});

it("does not start a run that was stopped before", async () => {
  const before = await judge.containerIds();
  const end = await judge.run({ language: "python", source: "print(1)", stop: AbortSignal.abort() });
  expect(end).toMatchObject({ outcome: "stopped", chunks: 0 });
  expect(await judge.containerIds()).toEqual(before);
});

it("stops a run that still waits for its sandbox, which its domain gets all the same", async () => {
  const stop = new AbortController();
  const { end } = judge.start({ language: "python", source: "print(1)", trustDomain: "waiting", stop: stop.signal });
  const before = judge.pool.size;
  // Far less than a container takes to start.
  setTimeout(() => stop.abort(), 10);
  expect(await end).toMatchObject({ outcome: "stopped", wallMs: null });
  expect(judge.pool.size).toBe(before);
  await expect.poll(() => judge.pool.size, { timeout: 5_000 }).toBe(before + 1);
  expect(await judge.run({ language: "python", source: "print(2)", trustDomain: "waiting" })).toMatchObject({
    stdout: "2\n",
  });
  expect(judge.pool.size).toBe(before + 1);
});

it("replaces bytes that are no UTF-8, and never cuts a character in two", async () => {
  const source = `import os, time
text = "Zoë 🦊".encode()
for byte in text: os.write(1, bytes([byte])); time.sleep(0.015)
os.write(1, b"\\xff\\xc3")`;
  expect(await python(source)).toMatchObject({ outcome: "exited", stdout: "Zoë 🦊\ufffd\ufffd" });
});

it("sends output while the program runs, in the order in which it was written", async () => {
  const { runId, end } = judge.start({
    language: "python",
    source: "import sys\nprint('first')\nsys.stdin.read()\nimport time\ntime.sleep(0.5)\nprint('second')",
    trustDomain: "warm",
  });
  await expect
    .poll(() => judge.chunks(runId), { interval: 5 })
    .toMatchObject([{ number: 1, text: expect.stringMatching(/^first/) }]);
  expect((await judge.chunks(runId)).map((chunk) => chunk.text).join("")).not.toContain("second");
  expect(await end).toMatchObject({ stdout: "first\nsecond\n" });
});

it("explains why compiling was broken off", async () => {
  const end = await judge.run({
    language: "c",
    source: "char a[3u << 30] = {1};\nint main(void) { return a[0]; }",
    trustDomain: "warm",
  });
  expect(end.outcome).toBe("compile-error");
  expect(end.compile).not.toBe("");
});
