import type { Verdict } from "@greenroom/shared/jobs/grading.ts";
import { defaultCompileLimits, defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { Receipt, RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { expect, it } from "vitest";
import { compareRuns, formatTable } from "./compare-runs.ts";

const receipt: Receipt = {
  at: 1,
  language: "python",
  languageVersion: "3.13",
  image: "sha256:1",
  runtime: "runc",
  limits: { compile: defaultCompileLimits, run: defaultRunLimits },
  sourceHash: "a",
  taskHash: "b",
  seed: 1,
};
function result(verdicts: Verdict[], more: Partial<RunResult> = {}): RunResult {
  const facts = { exitCode: null, signal: null, wallMs: 1, cpuMs: 1, memoryKib: 1 };
  return {
    ...facts,
    outcome: verdicts.find((verdict) => verdict !== "accepted") ?? "accepted",
    compileMs: null,
    chunks: 0,
    cases: verdicts.map((verdict, index) => ({ ...facts, number: index + 1, visibility: "hidden", verdict })),
    receipt,
    ...more,
  };
}

it("the same verdicts and the same receipt at another time are no difference", () => {
  const again = result(["accepted", "wrong-answer"], { wallMs: 9, receipt: { ...receipt, at: 2 } });
  expect(compareRuns(result(["accepted", "wrong-answer"]), again).differences).toEqual([]);
  const { compile, run } = receipt.limits;
  const reordered = {
    ...receipt,
    limits: { run: Object.fromEntries(Object.entries(run).toReversed()) as typeof run, compile },
  };
  expect(compareRuns(result([]), result([], { receipt: reordered })).differences).toEqual([]);
});

it("tells of another verdict, of a case that was not run, and of another outcome", () => {
  expect(compareRuns(result(["accepted", "accepted"]), result(["time-limit"])).differences).toEqual([
    "Case 1 was accepted, and is time-limit.",
    "Case 2 was accepted, and is not run.",
    "The run was accepted, and is time-limit.",
  ]);
});

it("tells what of the receipt is another", () => {
  const other = result(["accepted"], { receipt: { ...receipt, image: "sha256:2", runtime: "runsc" } });
  expect(compareRuns(result(["accepted"]), other).differences).toEqual([
    'The receipt\'s image was "sha256:1", and is "sha256:2".',
    'The receipt\'s runtime was "runc", and is "runsc".',
  ]);
  const { receipt: _, ...without } = result(["accepted"]);
  expect(compareRuns(result(["accepted"]), without).differences).toEqual(["Only the first run has a receipt."]);
});

it("shows a table", () => {
  const { rows } = compareRuns(result(["accepted"]), result(["wrong-answer"]));
  expect(formatTable(rows).split("\n")).toEqual([
    "case        before    after         ms before  ms after",
    "1 (hidden)  accepted  wrong-answer  1.0        1.0       DIFFERENT",
    "run         accepted  wrong-answer  1.0        1.0",
  ]);
});
