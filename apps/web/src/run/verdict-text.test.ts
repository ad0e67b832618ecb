import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import { describe, expect, it } from "vitest";
import { caseFigures, headlineOf } from "./verdict-text.ts";

const met = (number: number, verdict: CaseResult["verdict"]): CaseResult => ({
  number,
  visibility: "visible",
  verdict,
  wallMs: 21,
  cpuMs: 20,
  memoryKib: 8900,
  exitCode: null,
  signal: null,
});

describe("the verdict of a graded run", () => {
  const cases = [met(1, "accepted"), met(2, "wrong-answer")];
  const progress = { cases, total: 5, isVisibleOnly: false, firstFailed: 2 };

  it("says how far it is while it runs", () => {
    expect(headlineOf({ ...progress, outcome: undefined })).toMatchObject({
      text: "Testing…",
      detail: "1 of 5 tests passed so far.",
    });
  });

  it("says where it failed and what to do, without blame", () => {
    expect(headlineOf({ ...progress, outcome: "wrong-answer" })).toMatchObject({
      text: "Wrong answer on test 2",
      detail: "1 of 5 tests passed. Not there yet: compare what was expected with what came.",
      tone: "bad",
    });
  });

  it("says that examples are not all of it", () => {
    const passed = {
      ...progress,
      cases: [met(1, "accepted")],
      total: 1,
      isVisibleOnly: true,
      outcome: "accepted" as const,
    };
    expect(headlineOf(passed)).toMatchObject({
      text: "All examples passed",
      detail: "Submit to meet all of the tests.",
    });
  });

  it("says that our fault is ours", () => {
    expect(headlineOf({ ...progress, outcome: "internal-error" }).detail).toContain("our fault");
  });

  it("says of one that its session ended before that nobody stopped it", () => {
    const cutOff = { ...progress, outcome: "stopped" as const, cutOff: true as const };
    expect(headlineOf(cutOff)).toMatchObject({
      text: "Cut off",
      detail: "1 of 5 tests passed before the session ended.",
    });
  });

  it("has figures for each test case", () => {
    expect(caseFigures({ ...met(1, "runtime-error"), signal: "SIGSEGV" })).toBe("SIGSEGV · 0.02 s · 9.1 MB");
  });
});
