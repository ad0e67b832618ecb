import type { Checker } from "@greenroom/shared/jobs/grading.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { Signature } from "@greenroom/shared/signature/signature.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestGrading, TestJudge } from "../testing/test-judge.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
}, 900_000);
afterAll(() => judge.close());

const addAll: Signature = {
  name: "addAll",
  parameters: [
    { name: "numbers", type: { kind: "array", of: "int" } },
    { name: "more", type: { kind: "scalar", of: "long" } },
  ],
  returns: { kind: "scalar", of: "long" },
};
const grade = (language: LanguageId, source: string, cases: TestGrading["cases"], task: TestGrading["task"] = {}) =>
  judge.grade({ language, source, cases, task: { style: { kind: "function", signature: addAll }, ...task } });
const python = (body: string, cases: TestGrading["cases"], task: TestGrading["task"] = {}) =>
  grade("python", `def add_all(numbers, more):\n    ${body.replaceAll("\n", "\n    ")}`, cases, task);

it.each<[LanguageId, string]>([
  ["python", "def add_all(numbers, more):\n    print('debug')\n    return sum(numbers) + more"],
  [
    "cpp",
    '#include <iostream>\nlong long addAll(std::vector<int> numbers, long long more) { std::cout << "debug\\n"; for (int n : numbers) more += n; return more; }',
  ],
])("a function in %s is called with each case's values, and may print", async (language, source) => {
  const end = await grade(language, source, [
    ["[1,2,3]\n4", "10"],
    ["[]\n9007199254740993", '"9007199254740993"'],
    ["[-1]\n1", "1", "hidden"],
  ]);
  expect(end.cases).toMatchObject([
    { verdict: "accepted", stdout: { text: "10" }, stderr: { text: "debug\n" } },
    { verdict: "accepted", stdout: { text: "9007199254740993" } },
    { verdict: "wrong-answer" },
  ]);
});

it("a wrong value is shown beside the one that was expected", async () => {
  const end = await python("return more", [["[1]\n1", "2"]]);
  expect(end.cases).toMatchObject([{ verdict: "wrong-answer", message: "Expected 2, got 1.", stdout: { text: "1" } }]);
});

it("an exception is a runtime error, and no value at all a wrong answer", async () => {
  expect(await python("raise ValueError('no')", [["[1]\n1", "2"]])).toMatchObject({ outcome: "runtime-error" });
  const end = await python("import os\nos._exit(0)", [["[1]\n1", "2"]]);
  expect(end.cases).toMatchObject([{ verdict: "wrong-answer", message: expect.stringContaining("did not return") }]);
});

it("a checker program sees the value as JSON", async () => {
  const content = "import json, sys\nsys.exit(42 if json.load(sys.stdin) > json.load(open(sys.argv[2])) else 43)";
  const checker: Checker = {
    kind: "program",
    program: { language: "python", files: [{ name: "check.py", content }] },
  };
  const end = await python("return more", [["[1]\n5", "4"]], { checker });
  expect(end).toMatchObject({ outcome: "accepted" });
});

it("a language without a driver, and a case that does not fit the signature, are not the program's fault", async () => {
  await expect(grade("c", "", [["[1]\n1", "2"]])).rejects.toMatchObject({ code: "style-not-supported" });
  await expect(python("return 1", [["[1]", "2"]])).rejects.toMatchObject({ code: "job-invalid" });
  await expect(python("return 1", [["[1]\n1", "true"]])).rejects.toMatchObject({ code: "job-invalid" });
});
