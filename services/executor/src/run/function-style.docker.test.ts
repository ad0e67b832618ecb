import type { Checker } from "@greenroom/shared/jobs/grading.ts";
import { coreLanguages } from "@greenroom/shared/languages/core.ts";
import { type LanguageId, languages } from "@greenroom/shared/languages.ts";
import { hasDriver } from "@greenroom/shared/signature/drivers.ts";
import type { Signature } from "@greenroom/shared/signature/signature.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionChecks } from "../testing/function-checks.ts";
import { functionSamples } from "../testing/samples/function-bodies.ts";
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

/** Of the languages that every executor prepares; `npm run test:languages` tries all that have a driver. */
describe.concurrent.each(coreLanguages.filter(({ id }) => hasDriver(id)))("$id", (language) => {
  it.each(functionChecks(language))("$name", async (check) => expect(await check.run(judge)).toBeUndefined());
});

it("every driver is tried", () => {
  const tried = Object.keys(functionSamples).toSorted();
  expect(tried).toEqual(
    languages
      .map(({ id }) => id as string)
      .filter((id) => hasDriver(id))
      .toSorted(),
  );
});

it("a hidden case is called with its values, and its value stays hidden", async () => {
  const end = await python("return sum(numbers) + more", [["[-1]\n1", "1", "hidden"]]);
  expect(end.cases).toMatchObject([{ verdict: "wrong-answer" }]);
  expect(end.cases?.[0]).not.toHaveProperty("message");
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
