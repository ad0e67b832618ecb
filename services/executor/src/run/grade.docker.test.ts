import { randomUUID } from "node:crypto";
import type { RunLimits } from "@greenroom/shared/jobs/limits.ts";
import { runOutputKey } from "@greenroom/shared/jobs/run-stream.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestGrading, TestJudge } from "../testing/test-judge.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
}, 900_000);
afterAll(() => judge.close());

const sum = "a, b = map(int, input().split())\nprint(a + b)";
const python = (source: string, cases: TestGrading["cases"], more: Partial<TestGrading> = {}) =>
  judge.grade({ language: "python", source, cases, ...more });
const verdicts = (end: { cases?: { verdict: string }[] }): string[] => (end.cases ?? []).map(({ verdict }) => verdict);

/** For each verdict a program that comes to it, in an interpreted language and in a compiled one. */
const programs: Record<string, { python: string; cpp: string; limits?: Partial<RunLimits>; signal?: string }> = {
  accepted: {
    python: sum,
    cpp: "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b << std::endl; }",
  },
  "wrong-answer": { python: "print(4)", cpp: '#include <cstdio>\nint main() { puts("4"); }' },
  "time-limit": { python: "while True: pass", cpp: "int main() { for (;;); }", limits: { cpuMs: 300 } },
  "memory-limit": {
    python: "a = []\nwhile True: a.append(bytearray(1 << 20))",
    cpp: "#include <cstdlib>\n#include <cstring>\nint main() { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }",
    limits: { memoryKib: 64 * 1024 },
  },
  "output-limit": {
    python: "print(3)\nprint(' ' * 5000)",
    cpp: '#include <cstdio>\nint main() { printf("3\\n%5000s", ""); }',
    limits: { outputBytes: 4096 },
  },
  "runtime-error": { python: "print(3)\nexit(7)", cpp: '#include <cstdio>\nint main() { puts("3"); return 7; }' },
};

describe.each(Object.entries(programs))("%s", (verdict, { limits = {}, ...sources }) => {
  it.each(["python", "cpp"] as const)("is what a program in %s comes to", async (language) => {
    const end = await judge.grade({ language, source: sources[language], limits, cases: [["1 2\n", "3\n"]] });
    expect(end).toMatchObject({ outcome: verdict, stdout: "", stderr: "" });
    expect(verdicts(end)).toEqual([verdict]);
    expect(end.streamed).toEqual(end.cases);
    expect(end.compileMs === null).toBe(language === "python");
    if (verdict === "runtime-error") expect(end).toMatchObject({ exitCode: 7, cases: [{ exitCode: 7, signal: null }] });
  });
});

it("compile-error is the verdict of what is no program, with the compiler's words and no case", async () => {
  const end = await judge.grade({ language: "cpp", source: "int main() { retrun 0; }", cases: [["", ""]] });
  expect(end).toMatchObject({ outcome: "compile-error", cases: [], wallMs: null });
  expect(end.compile).toMatch(/main\.cpp:1:\d+: error:/);
  expect(end.receipt?.language).toBe("cpp");
});

describe("of several limits that a program breaks, the first in verdictOrder counts", () => {
  it("output before time", async () => {
    const source = "print(3)\nprint('x' * 5000, flush=True)\nwhile True: pass";
    expect(await python(source, [["", "3"]], { limits: { outputBytes: 4096, cpuMs: 500 } })).toMatchObject({
      outcome: "output-limit",
    });
  });

  it("a limit before the program's own end and before the right answer", async () => {
    const sleeper = "import time\nprint(3, flush=True)\ntime.sleep(60)";
    const end = await python(sleeper, [["", "3"]], { limits: { wallMs: 400 } });
    expect(end).toMatchObject({ outcome: "time-limit", cases: [{ stdout: { text: "3\n", cut: false } }] });
    expect(end.cpuMs).toBeLessThan(300);
  });

  it("an error before a wrong answer", async () => {
    expect(await python("print(4)\nexit(1)", [["", "3"]])).toMatchObject({ outcome: "runtime-error" });
  });
});

it("counts the kernel's time for a program", async () => {
  const source = `#include <fcntl.h>\n#include <unistd.h>
static char b[1 << 20]; int main(void) { int f = open("/dev/zero", O_RDONLY); for (;;) read(f, b, sizeof b); }`;
  const end = await judge.grade({ language: "c", source, cases: [["", ""]], limits: { cpuMs: 300 } });
  expect(end).toMatchObject({ outcome: "time-limit" });
});

describe("memory", () => {
  it("a crash is no memory limit", async () => {
    const source = "int main() { volatile int *p = 0; return *p; }";
    const end = await judge.grade({ language: "cpp", source, cases: [["", ""]] });
    expect(end).toMatchObject({ outcome: "runtime-error", signal: "SIGSEGV" });
  });

  it("whoever only says that memory ran out has a runtime error", async () => {
    expect(await python("raise MemoryError", [["", ""]])).toMatchObject({ outcome: "runtime-error" });
    const forged = '#include <cstdio>\n#include <cstdlib>\nint main() { fputs("std::bad_alloc", stderr); abort(); }';
    const end = await judge.grade({ language: "cpp", source: forged, cases: [["", ""]] });
    expect(end).toMatchObject({ outcome: "runtime-error", signal: "SIGABRT" });
  });

  it.each<[LanguageId, string]>([
    ["javascript", "const a = []; while (true) a.push(new Array(10000).fill(a.length + 0.5));"],
    [
      "java",
      "import java.util.*; public class Main { public static void main(String[] a) { var l = new ArrayList<byte[]>(); while (true) l.add(new byte[1 << 20]); } }",
    ],
  ])("a runtime of %s that says its heap is full, and has it full, met the limit", async (language, source) => {
    expect(await judge.grade({ language, source, cases: [["", ""]] })).toMatchObject({ outcome: "memory-limit" });
  });
});

describe("cases", () => {
  it("are run one after the other, the worst times are the run's, and the first that fails decides", async () => {
    const source = "n = int(input())\nif n == 2: exit(9)\nif n == 3: print('no')\nelse: print(n)";
    const cases = [1, 2, 3, 4].map((n) => [String(n), String(n)] as const);
    const end = await python(source, cases);
    expect(verdicts(end)).toEqual(["accepted", "runtime-error", "wrong-answer", "accepted"]);
    expect(end).toMatchObject({ outcome: "runtime-error", exitCode: 9 });
    expect(end.wallMs).toBe(Math.max(...(end.cases ?? []).map(({ wallMs }) => wallMs ?? 0)));
    expect(end.cases?.[2]?.message).toBe('Line 1: expected "3", got "no".');
    const stopped = await python(source, cases, { task: { stopAtFirstFailure: true } });
    expect(verdicts(stopped)).toEqual(["accepted", "runtime-error"]);
    expect(stopped).toMatchObject({ outcome: "runtime-error" });
  });

  it("find nothing that another left, in any writable place, nor a process of it", async () => {
    const source = `import os, subprocess, sys
places = ["/work", "/tmp", "/dev/shm"]
found = [p for p in places for f in os.listdir(p) if f.startswith("trace")]
others = [p for p in os.listdir("/proc") if p.isdigit() and int(p) not in (1, os.getpid())]
for p in places:
    try: open(p + "/trace", "w").close()
    except OSError: pass
if os.fork() == 0:
    os.setsid()
    import time
    time.sleep(60)
print(found, others)`;
    const end = await python(
      source,
      Array.from({ length: 3 }, () => ["", "[] []"] as const),
    );
    expect(end.cases?.map(({ stdout }) => stdout?.text)).toEqual(Array(3).fill("[] []\n"));
  });

  it("cannot alter what was compiled", async () => {
    const source = `#include <cstdio>\n#include <fcntl.h>\n#include <sys/stat.h>\n#include <unistd.h>
int main() {
  int open_ = open("main", O_WRONLY), chmod_ = chmod("main", 0777), unlink_ = unlink("main");
  int rename_ = rename("main", "/tmp/main"), source = unlink("/work/main.cpp");
  printf("%d %d %d %d %d", open_, chmod_, unlink_, rename_, source);
}`;
    const cases = Array.from({ length: 2 }, () => ["", "-1 -1 -1 -1 -1"] as const);
    expect(await judge.grade({ language: "cpp", source, cases })).toMatchObject({ outcome: "accepted" });
  });

  it("alter their own sources for nobody", async () => {
    const source = "print('genuine')\nopen('main.py', 'w').write(\"print('forged')\")";
    const end = await python(
      source,
      Array.from({ length: 3 }, () => ["", "genuine"] as const),
    );
    expect(end).toMatchObject({ outcome: "accepted" });
  });

  it("may write files beside the program, as programs do", async () => {
    const source = "open('notes.txt', 'w').write(input())\nprint(open('notes.txt').read())";
    const end = await python(source, [
      ["one", "one"],
      ["two", "two"],
    ]);
    expect(end).toMatchObject({ outcome: "accepted" });
  });

  it("have the same seed, as all randomness of Python's hashes", async () => {
    const source = "import os\nprint(os.environ['SEED'], hash('greenroom'))";
    const one = await python(source, [["", ""]], { task: { seed: 77 } });
    const other = await python(source, [["", ""]], { task: { seed: 77 } });
    const third = await python(source, [["", ""]], { task: { seed: 78 } });
    const said = (end: typeof one): string => end.cases?.[0]?.stdout?.text ?? "";
    expect(said(one)).toMatch(/^77 -?\d+\n$/);
    expect(said(other)).toBe(said(one));
    expect(said(third)).not.toBe(said(one).replace("77", "78"));
  });

  it("are cut in what is shown, and judged whole", async () => {
    const source = "print('x' * 100_000)";
    const end = await python(source, [
      ["", "x".repeat(100_000)],
      ["", `${"x".repeat(99_999)}y`],
    ]);
    expect(verdicts(end)).toEqual(["accepted", "wrong-answer"]);
    expect(end.cases?.[0]?.stdout).toEqual({ text: "x".repeat(16 * 1024), cut: true });
  });

  it("are shown as text that every store takes", async () => {
    const end = await python("import os\nos.write(1, b'a\\0b\\xff')", [["", "no"]]);
    expect(end.cases).toMatchObject([{ stdout: { text: "a\ufffdb\ufffd", cut: false }, message: expect.any(String) }]);
    expect(end.cases?.[0]?.message).not.toContain("\0");
  });

  it("come into the stream while the run goes on, each as the result has it", async () => {
    const source = "import time\nn = int(input())\ntime.sleep(0.3 * (n > 1))\nprint(n)";
    const cases = [1, 2, 3].map((n) => [String(n), String(n)] as const);
    const { runId, end } = judge.startGrading({ language: "python", source, cases });
    let ended = false;
    void end.then(() => (ended = true));
    await expect.poll(() => judge.redis.xlen(runOutputKey(runId)), { interval: 5 }).toBeGreaterThan(0);
    expect(ended).toBe(false);
    const result = await end;
    expect(result.streamed).toEqual(result.cases);
  });
});

it("is stopped in the middle, and tells of the cases before", async () => {
  const stop = new AbortController();
  const source = "import time\nn = int(input())\nif n == 2: time.sleep(60)\nprint(n)";
  const { runId, end } = judge.startGrading({
    language: "python",
    source,
    cases: [1, 2, 3].map((n) => [String(n), String(n)] as const),
    stop: stop.signal,
  });
  await expect.poll(() => judge.redis.xlen(runOutputKey(runId)), { interval: 5 }).toBeGreaterThan(0);
  const stoppedAt = performance.now();
  stop.abort();
  const result = await end;
  expect(performance.now() - stoppedAt).toBeLessThan(500);
  expect(result).toMatchObject({ outcome: "stopped", cases: [{ number: 1, verdict: "accepted" }] });
  expect(result.cases).toHaveLength(1);
});

it("starts in a sandbox that has run nothing before, and leaves it to its domain", async () => {
  const domain = `session:${randomUUID()}`;
  await judge.run({ language: "python", source: "pass", trustDomain: domain });
  const before = new Set(await judge.containerIds());
  await python("print(open('/etc/hostname').read())", [["", ""]], { trustDomain: domain });
  const hostname = async () => (await judge.run({ language: "python", source: "pass", trustDomain: domain })).outcome;
  expect(await hostname()).toBe("exited");
  expect(new Set(await judge.containerIds())).not.toEqual(before);
});

describe("a hidden case", () => {
  const secret = "hidden-5up3r-53cr37";
  const bytesInRedis = async (runId: string): Promise<string> =>
    JSON.stringify(await judge.redis.xrange(runOutputKey(runId), "-", "+"));

  it.each([
    ["accepted", "print(input())"],
    ["wrong-answer", "print(input()[:-1] + '!')"],
    ["runtime-error", "import sys\ns = input()\nprint(s)\nprint(s, file=sys.stderr)\nsys.exit(len(s))"],
    ["runtime-error", "import os, signal\ninput()\nos.kill(os.getpid(), signal.SIGUSR2)"],
    ["output-limit", "s = input()\nwhile True: print(s)"],
    ["time-limit", "import sys\ns = input()\nprint(s, flush=True)\nprint(s, file=sys.stderr)\nwhile True: pass"],
  ])("that comes to %s tells nothing else", async (verdict, source) => {
    const { runId, end } = judge.startGrading({
      language: "python",
      source,
      cases: [[`${secret}\n`, `${secret}\n`, "hidden"]],
      limits: { cpuMs: 300, outputBytes: 8192 },
    });
    const result = await end;
    expect(result.outcome).toBe(verdict);
    expect(result.cases).toEqual([
      {
        number: 1,
        visibility: "hidden",
        verdict,
        wallMs: expect.any(Number),
        cpuMs: expect.any(Number),
        memoryKib: expect.any(Number),
        exitCode: null,
        signal: null,
      },
    ]);
    expect(result).toMatchObject({ exitCode: null, signal: null, stdout: "", stderr: "", chunks: 0 });
    expect(result.streamed).toEqual(result.cases);
    expect(await bytesInRedis(runId)).not.toContain(secret);
  });
});

it("says what a graded run was made of", async () => {
  const source = "print(1)";
  const one = await python(source, [["", "1"]], { task: { seed: 5 } });
  expect(one.receipt).toMatchObject({ language: "python", languageVersion: "1", image: "sha256:0", seed: 5 });
  expect(one.receipt?.limits.run.cpuMs).toBe(10_000);
  const hashes = [
    one,
    await python("print(1) ", [["", "1"]], { task: { seed: 5 } }),
    await python(source, [["", "1 "]]),
  ];
  expect(new Set(hashes.map((end) => end.receipt?.sourceHash)).size).toBe(2);
  expect(new Set(hashes.map((end) => end.receipt?.taskHash)).size).toBe(2);
});
