import { randomUUID } from "node:crypto";
import { freeRun } from "@greenroom/shared/jobs/free-run.ts";
import { defaultCompileLimits, defaultRunLimits, limitTable } from "@greenroom/shared/jobs/limits.ts";
import type { GradedTask, RunJob } from "@greenroom/shared/jobs/run-job.ts";
import { expect, it } from "vitest";
import { checkJob } from "./check-job.ts";

const runId = randomUUID();
const free = (more: object = {}): unknown => ({
  ...freeRun({ runId, trustDomain: "session:a", language: "python", source: "" }),
  ...more,
});
const graded = (task: Partial<GradedTask>): unknown =>
  free({
    task: {
      kind: "graded",
      style: { kind: "stdin" },
      checker: { kind: "lines" },
      cases: [{ visibility: "hidden", input: "", expected: "" }],
      stopAtFirstFailure: false,
      authorDomain: "problem:a",
      seed: 0,
      ...task,
    },
  });
const program = (...files: RunJob["program"]["files"]): RunJob["program"] => ({ language: "python", files });
const withFiles = (...files: RunJob["program"]["files"]): unknown => free({ program: program(...files) });
const file = (name: string, content = ""): RunJob["program"]["files"][number] => ({ name, content });
const cases = (length: number, input: string): GradedTask["cases"] =>
  Array.from({ length }, () => ({ visibility: "hidden", input, expected: "" }));
const mib = 1024 * 1024;
const limits = (run: object): unknown =>
  free({ limits: { compile: defaultCompileLimits, run: { ...defaultRunLimits, ...run } } });

it.each<[string, unknown]>([
  ["a free run", free()],
  ["a graded run", graded({})],
  ["files up to their bound together", withFiles(file("a", "x".repeat(mib / 2)), file("b", "y".repeat(mib / 2)))],
  ["a binary file", withFiles({ name: "a", content: "/+8=", encoding: "base64" })],
  ["files in folders", withFiles(file("a"), file("lib/a"), file("lib/b/c"))],
  ["every limit at its ceiling", limits(Object.fromEntries(rows().map(([name, row]) => [name, row.run.ceiling])))],
  ["every limit at its least", limits(Object.fromEntries(rows().map(([name, row]) => [name, row.least])))],
])("takes %s", (_what, job) => {
  expect(checkJob(runId, job)).toBe(job);
});

it.each<[string, unknown]>([
  ["nothing", {}],
  ["another id", free({ runId: randomUUID() })],
  ["a source one byte too long", withFiles(file("a", "x".repeat(mib + 1)))],
  ["a source too long in bytes, not in characters", withFiles(file("a", "é".repeat(mib / 2 + 1)))],
  ["binary files too long", withFiles({ name: "a", content: "A".repeat((mib * 4) / 3 + 8), encoding: "base64" })],
  ["what is no base64", withFiles({ name: "a", content: "é", encoding: "base64" })],
  ["two files of one name", withFiles(file("a"), file("a"))],
  ["a file that is a folder", withFiles(file("a/b"), file("a"))],
  ["a file outside", withFiles(file("../a"))],
  ["an absolute path", withFiles(file("/etc/passwd"))],
  ["a name with NUL", withFiles(file("a\0b"))],
  ["a name of too many bytes", withFiles(file("é".repeat(200)))],
  ["no files", withFiles()],
  [
    "input that is too long",
    free({ task: { kind: "free", input: { kind: "given", text: "x".repeat(256 * 1024 + 1) }, arguments: [] } }),
  ],
  [
    "arguments that are too long",
    free({ task: { kind: "free", input: { kind: "live" }, arguments: Array(20).fill("é".repeat(2048)) } }),
  ],
  ["an argument with NUL", free({ task: { kind: "free", input: { kind: "live" }, arguments: ["a\0"] } })],
  ["a checker in the candidate's domain", graded({ authorDomain: "session:a" })],
  ["test cases that are too long", graded({ cases: cases(9, "é".repeat(mib / 2)) })],
  ["too many test cases", graded({ cases: cases(201, "") })],
  [
    "a checker that is too long",
    graded({ checker: { kind: "program", program: program(file("a", "x".repeat(mib + 1))) } }),
  ],
  [
    "an interactor that is too long",
    graded({ style: { kind: "interactive", interactor: program(file("a", "x".repeat(mib + 1))) } }),
  ],
  ["a tolerance that is none", graded({ checker: { kind: "float", absolute: -1, relative: 0 } })],
  ...rows().flatMap(([name, row]): [string, unknown][] => [
    [`a ${name} over its ceiling`, limits({ [name]: row.run.ceiling + 1 })],
    [`a ${name} under its least`, limits({ [name]: row.least - 1 })],
    [`a ${name} that is no number`, limits({ [name]: Number.NaN })],
  ]),
])("refuses %s, without a word of what is in it", (_what, job) => {
  const said = checkJob(runId, job);
  expect(typeof said).toBe("string");
  expect(String(said).length).toBeLessThan(100);
});

function rows(): [string, (typeof limitTable)[keyof typeof limitTable]][] {
  return Object.entries(limitTable);
}
