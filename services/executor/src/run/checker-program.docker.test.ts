import type { Checker } from "@greenroom/shared/jobs/grading.ts";
import { runOutputKey } from "@greenroom/shared/jobs/run-stream.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type TestGrading, TestJudge } from "../testing/test-judge.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
}, 900_000);
afterAll(() => judge.close());

const checkerOf = (content: string, name = "check.py"): Checker => ({
  kind: "program",
  program: { language: name.endsWith("py") ? "python" : "cpp", files: [{ name, content }] },
});
const grade = (source: string, checker: string, cases: TestGrading["cases"], more: Partial<TestGrading> = {}) =>
  judge.grade({ language: "python", source, cases, task: { checker: checkerOf(checker) }, ...more });

/** Takes any factor of the number that is not trivial. */
const factor = `import sys
n = int(open(sys.argv[1]).read())
answer = open(sys.argv[2]).read().strip()
open(sys.argv[3] + "/judgemessage.txt", "w").write("seen")
d = int(sys.stdin.read())
print(f"{d} of {n}, as {answer} is")
sys.exit(42 if 1 < d < n and n % d == 0 else 43)`;

it("decides with 42 and 43, and what it prints is its message", async () => {
  const end = await grade("print(3)", factor, [
    ["12", "2"],
    ["13", "none"],
    ["9", "3", "hidden"],
  ]);
  expect(end.cases).toMatchObject([
    { verdict: "accepted", message: "3 of 12, as 2 is" },
    { verdict: "wrong-answer", message: "3 of 13, as none is" },
    { verdict: "accepted" },
  ]);
  expect(end.cases?.[2]).not.toHaveProperty("message");
});

it("is in a trust domain of its own, in a sandbox where no candidate's program ever was", async () => {
  const take = vi.spyOn(judge.pool, "take");
  const more = {
    trustDomain: "session:candidate",
    task: { checker: checkerOf(factor), authorDomain: "problem:author" },
  };
  expect(await grade("print(3)", factor, [["12", "2"]], more)).toMatchObject({ outcome: "accepted" });
  expect(take.mock.calls.map(([wanted]) => [wanted.trustDomain, wanted.fresh])).toEqual([
    ["session:candidate", true],
    ["problem:author", true],
  ]);
  take.mockRestore();
});

it("may be written in another language than the program, and is compiled once", async () => {
  const source = `#include <fstream>\n#include <iostream>
int main(int, char **argv) { std::ifstream in(argv[1]); int n, d; in >> n; std::cin >> d; return d == n + 1 ? 42 : 43; }`;
  const end = await judge.grade({
    language: "python",
    source: "print(int(input()) + 1)",
    cases: Array.from({ length: 5 }, (_, n) => [String(n), ""] as const),
    task: { checker: checkerOf(source, "main.cpp") },
  });
  expect(end).toMatchObject({ outcome: "accepted", compileMs: null, compile: "" });
});

it("is given the whole output, of bytes that are no text too, and the seed", async () => {
  const checker =
    "import os, sys\ns = sys.stdin.buffer.read()\nsys.exit(42 if s == b'\\xff\\0' * 50_000 and os.environ['SEED'] == '9' else 43)";
  const end = await grade("import os\nos.write(1, b'\\xff\\0' * 50_000)", checker, [["", ""]], {
    task: { checker: checkerOf(checker), seed: 9 },
  });
  expect(end).toMatchObject({ outcome: "accepted" });
});

it("is not asked about a program that broke a limit or failed", async () => {
  const end = await grade("print(3)\nexit(1)", "raise SystemExit(42)", [["", ""]]);
  expect(end).toMatchObject({ outcome: "runtime-error" });
});

it("is stopped with the run", async () => {
  const stop = new AbortController();
  const checker = "import time\ntime.sleep(60)";
  const end = grade("print(1)", checker, [["", ""]], { stop: stop.signal });
  setTimeout(() => stop.abort(), 500);
  expect(await end).toMatchObject({ outcome: "stopped", cases: [] });
});

it("finds nothing of the case before, and nothing of it reaches the program", async () => {
  const checker = `import os, sys
places = [os.path.join(p, f) for p in ("/work", "/tmp", "/dev/shm") for f in os.listdir(p)]
for p in ("/work", "/tmp", "/dev/shm", sys.argv[3]): open(p + "/trace", "w").close()
print([p for p in places if "trace" in p])
sys.exit(42)`;
  const program =
    "import os\nprint([f for p in ('/work', '/tmp') for f in os.listdir(p) if 'case' in f or 'trace' in f])";
  const end = await grade(program, checker, [
    ["1", "1"],
    ["2", "2"],
  ]);
  expect(end.cases).toMatchObject([
    { verdict: "accepted", message: "[]", stdout: { text: "[]\n" } },
    { verdict: "accepted", message: "[]", stdout: { text: "[]\n" } },
  ]);
});

describe("that fails", () => {
  it.each<[string, string, RegExp]>([
    ["with another exit code", "import sys\nprint('trace', file=sys.stderr)\nsys.exit(0)", /exit code 0.*trace/s],
    ["with an exception", "raise ValueError('no such case')", /exit code 1.*ValueError: no such case/s],
    ["by a signal", "import os\nos.abort()", /The checker failed/],
  ])("%s makes an internal error, with its words for a visible case alone", async (_how, checker, words) => {
    const { runId, end } = judge.startGrading({
      language: "python",
      source: "print(1)",
      cases: [
        ["", ""],
        ["", "", "hidden"],
      ],
      task: { checker: checkerOf(checker) },
    });
    const result = await end;
    expect(result).toMatchObject({ outcome: "internal-error", errorCode: "checker-failed" });
    expect(result.cases).toMatchObject([{ verdict: "internal-error" }, { verdict: "internal-error" }]);
    expect(result.cases?.[0]?.message).toMatch(words);
    expect(result.cases?.[1]).not.toHaveProperty("message");
    expect((await judge.redis.xrange(runOutputKey(runId), "-", "+")).length).toBe(2);
  });

  it("to compile makes an internal error, and no case is run", async () => {
    const end = await judge.grade({
      language: "python",
      source: "print(1)",
      cases: [["", ""]],
      task: { checker: checkerOf("int main() { secret }", "main.cpp") },
    });
    expect(end).toMatchObject({ outcome: "internal-error", errorCode: "checker-failed", cases: [], compile: "" });
  });
});
