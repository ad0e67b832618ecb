import type { RunLimits } from "@greenroom/shared/jobs/limits.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestJudge } from "../testing/test-judge.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
}, 900_000);
afterAll(() => judge.close());

function talk(source: string, interactor: string, limits: Partial<RunLimits> = {}, hidden?: "hidden") {
  return judge.grade({
    language: "python",
    source,
    cases: [hidden ? ["37", "", hidden] : ["37", ""]],
    limits,
    task: {
      style: {
        kind: "interactive",
        interactor: { language: "python", files: [{ name: "talk.py", content: interactor }] },
      },
    },
  });
}

/** Knows a number up to 1000, and says of each guess whether it is less or more. */
const host = `import sys
secret = int(open(sys.argv[1]).read())
for turn in range(10):
    line = sys.stdin.readline()
    if not line:
        print("it went away", file=sys.stderr)
        sys.exit(43)
    guess = int(line)
    print("=" if guess == secret else "<" if guess < secret else ">", flush=True)
    if guess == secret:
        print(f"after {turn + 1}", file=sys.stderr)
        sys.exit(42)
sys.exit(43)`;
const bisect = `low, high = 1, 1000
while True:
    guess = (low + high) // 2
    print(guess, flush=True)
    said = input()
    if said == "=": break
    if said == "<": low = guess + 1
    else: high = guess - 1`;

it("two programs talk, turn by turn, and the interactor decides", async () => {
  const end = await talk(bisect, host);
  expect(end).toMatchObject({ outcome: "accepted", stdout: "", stderr: "" });
  expect(end.cases?.[0]).toMatchObject({ message: expect.stringMatching(/^after \d+$/) });
  expect(end.cases?.[0]?.stdout?.text).toMatch(/^500\n250\n/);
});

it("a hidden case tells nothing of what was said", async () => {
  const end = await talk(bisect, host, {}, "hidden");
  expect(Object.keys(end.cases?.[0] ?? {}).toSorted()).toEqual(
    ["cpuMs", "exitCode", "memoryKib", "number", "signal", "verdict", "visibility", "wallMs"].toSorted(),
  );
});

describe("who ends first decides", () => {
  const accepts = "import sys\nsys.exit(42)";
  const rejects = "import sys\nsys.exit(43)";
  it.each<[string, string, string, string]>([
    [
      "a program that goes away is what the interactor says of it",
      "print(1, flush=True)\ninput()",
      host,
      "wrong-answer",
    ],
    ["an error before the interactor decided", "print(1, flush=True)\ninput()\nexit(3)", host, "runtime-error"],
    [
      "a rejection, though the program fails over it",
      "while True: print(1, flush=True); input()",
      rejects,
      "wrong-answer",
    ],
    [
      "a rejection, though the program would go on for ever",
      "while True: print(1, flush=True)",
      rejects,
      "wrong-answer",
    ],
    ["acceptance, though the program then has nobody to talk to", "input()", accepts, "accepted"],
    [
      "acceptance, though the program goes on writing for a while",
      "for _ in range(9999): print(1, flush=True)",
      accepts,
      "accepted",
    ],
    ["a limit that is broken after acceptance", "while True: pass", accepts, "time-limit"],
    ["an interactor that gives no verdict", "input()", "import sys\nsys.exit(0)", "internal-error"],
    ["an interactor that fails", "input()", "raise ValueError", "internal-error"],
  ])("%s", async (_what, source, interactor, verdict) => {
    const end = await talk(source, interactor, { cpuMs: 400, wallMs: 2_000 });
    expect(end.cases).toMatchObject([{ verdict }]);
    expect(end.errorCode).toBe(verdict === "internal-error" ? "checker-failed" : undefined);
  });
});

it("two that wait for each other meet the wall limit of the program", async () => {
  const end = await talk("input()", "import sys\nsys.stdin.readline()\nsys.exit(42)", { wallMs: 500 });
  expect(end).toMatchObject({ outcome: "time-limit" });
  expect(end.wallMs).toBeLessThan(1_500);
  expect(end.cpuMs).toBeLessThan(300);
});

it("the interactor's time and memory are not the program's", async () => {
  const greedy = `import sys
block = bytearray(150 << 20)
n = 0
for i in range(6_000_000): n += i
print("go", flush=True)
sys.exit(42)`;
  const end = await talk("input()", greedy, { memoryKib: 64 * 1024, cpuMs: 200, wallMs: 10_000 });
  expect(end).toMatchObject({ outcome: "accepted" });
  expect(end.memoryKib).toBeLessThan(64 * 1024);
});

it("a program that writes without end meets its output limit, while nobody reads", async () => {
  const before = process.memoryUsage().rss;
  const end = await talk("while True: print('x' * 1000)", "import time\ntime.sleep(60)", { wallMs: 5_000 });
  expect(end).toMatchObject({ outcome: "output-limit" });
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
});

it("a program that was rejected is not waited for", async () => {
  const end = await talk("import time\ntime.sleep(60)", "raise SystemExit(43)", { wallMs: 10_000 });
  expect(end).toMatchObject({ outcome: "wrong-answer" });
  expect(end.wallMs).toBeLessThan(5_000);
});

it("neither writes more than can wait for the other", async () => {
  const source = "print('x' * (2 << 20), flush=True)\ninput()";
  const limits = { outputBytes: 4 << 20, wallMs: 2_000 };
  expect(await talk(source, "import time\ntime.sleep(60)", limits)).toMatchObject({ outcome: "output-limit" });
});

it("long messages arrive whole, both ways", async () => {
  const echo = "import sys\nfor line in sys.stdin: print(line.strip()[::-1], flush=True)";
  const long = `import sys
text = "abc" * 100_000
for _ in range(3):
    print(text, flush=True)
    if sys.stdin.readline().strip() != text[::-1]: sys.exit(43)
sys.exit(42)`;
  expect(await talk(echo, long)).toMatchObject({ outcome: "accepted" });
});
