import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import { defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { expect, it } from "vitest";
import { casesOf } from "./graded-run.ts";

const id = "6f1c0a52-3f6b-4f57-9a3e-0123456789ab";
const problem: ShownProblem = {
  problemId: id,
  version: 1,
  title: "Sum",
  statement: "",
  style: { kind: "stdin" },
  checker: "lines",
  cases: [
    { number: 1, visibility: "hidden" },
    { number: 2, visibility: "visible", input: "1", expected: "2" },
  ],
  limits: defaultRunLimits,
};

const run = (cases: "all" | "visible"): RunSummary => ({
  runId: id,
  documentId: id,
  language: "python",
  revision: 0,
  participantId: id,
  state: "running",
  task: { kind: "graded", cases },
  problem: { problemId: id, version: 1 },
  position: null,
  queuedAt: 1,
  result: null,
});

const met = (number: number, visibility: "visible" | "hidden"): CaseResult => ({
  number,
  visibility,
  verdict: "accepted",
  wallMs: null,
  cpuMs: null,
  memoryKib: null,
  exitCode: null,
  signal: null,
});

it("shows every case of a run, met or not, by the problem's numbers", () => {
  const views = casesOf(run("all"), [met(1, "hidden")], problem);
  expect(views.map(({ number, result }) => [number, result?.number])).toEqual([
    [1, 1],
    [2, undefined],
  ]);
});

it("finds the visible cases of a run of those alone, though hidden ones come before them", () => {
  const views = casesOf(run("visible"), [met(2, "visible")], problem);
  expect(views).toMatchObject([{ number: 2, result: { number: 2 }, shown: { input: "1" } }]);
});

it("shows what is known of a problem that is shown no more", () => {
  const views = casesOf(run("visible"), [met(2, "visible")], null);
  expect(views).toMatchObject([{ number: 2, visibility: "visible", shown: undefined }]);
});
