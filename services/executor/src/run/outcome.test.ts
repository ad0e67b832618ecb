import { verdictOrder } from "@greenroom/shared/jobs/grading.ts";
import { defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import { expect, it } from "vitest";
import type { StepEnd } from "../sandbox/protocol.ts";
import { judgeProgram, measured, refuseUnstarted } from "./outcome.ts";

const limits = { ...defaultRunLimits, wallMs: 1000, cpuMs: 500, memoryKib: 100_000, outputBytes: 1024 };
const calm: StepEnd = {
  reason: "itself",
  outOfMemory: false,
  startStage: 0,
  startErrno: 0,
  exitCode: 0,
  signal: null,
  wallMs: 1000,
  cpuMs: 500,
  memoryKib: 100_000,
  outputBytes: 1024,
};
const signs = [{ exitCode: 1, stderr: "MemoryError" }];
const judge = (end: Partial<StepEnd>, stderrTail = ""): string =>
  judgeProgram({ end: { ...calm, ...end }, limits, signs, stderrTail });

/** What makes each apply by itself. */
const breaks: Record<string, Partial<StepEnd>[]> = {
  "output-limit": [{ reason: "output" }, { outputBytes: 1025 }],
  "time-limit": [{ reason: "wall" }, { reason: "cpu" }, { wallMs: 1000.1 }, { cpuMs: 500.1 }],
  "memory-limit": [{ reason: "memory" }, { outOfMemory: true }, { memoryKib: 100_001 }],
  "runtime-error": [{ exitCode: 1 }, { exitCode: null, signal: 11 }],
};

it("a program exactly within its limits has exited", () => {
  expect(judge({})).toBe("exited");
});

it("of two that apply, the first in verdictOrder is the outcome", () => {
  const order = verdictOrder.filter((verdict) => verdict in breaks);
  expect(order).toHaveLength(4);
  for (const [index, first] of order.entries()) {
    for (const second of order.slice(index)) {
      for (const one of breaks[first] ?? []) {
        for (const other of breaks[second] ?? []) {
          // The supervisor names one reason: whichever of the two it was, the order is the same.
          for (const both of [
            { ...other, ...one },
            { ...one, ...other },
          ]) {
            if ("reason" in one && "reason" in other && both.reason !== one.reason) continue;
            expect(judge(both)).toBe(first);
          }
        }
      }
    }
  }
});

it("a runtime's words about memory count with its way to end, and with half of the memory taken", () => {
  const said = "Traceback…\nMemoryError\n";
  expect(judge({ exitCode: 1, memoryKib: 50_000 }, said)).toBe("memory-limit");
  expect(judge({ exitCode: 1, memoryKib: 49_999 }, said)).toBe("runtime-error");
  expect(judge({ exitCode: 2, memoryKib: 50_000 }, said)).toBe("runtime-error");
  expect(judge({ exitCode: 1, memoryKib: 50_000 }, "no")).toBe("runtime-error");
  expect(judge({ exitCode: 0, memoryKib: 50_000 }, said)).toBe("exited");
});

it("what could not be started is our fault", () => {
  const unstarted = { ...calm, reason: "not-started", startStage: 4, startErrno: 2, exitCode: 127 } as const;
  expect(() => refuseUnstarted(unstarted, false)).toThrow(/stage 4/);
  expect(() => refuseUnstarted(calm, false)).not.toThrow();
});

it("what a compiler made and nobody can start is the program's own fault, and ours when anything else stood in the way", () => {
  const unstarted = { ...calm, reason: "not-started", startStage: 4, startErrno: 13, exitCode: 127 } as const;
  expect(() => refuseUnstarted(unstarted, true)).not.toThrow();
  expect(judge(unstarted)).toBe("runtime-error");
  // ENOMEM, and a file that could not be written.
  expect(() => refuseUnstarted({ ...unstarted, startErrno: 12 }, true)).toThrow(/errno 12/);
  expect(() => refuseUnstarted({ ...unstarted, startStage: 3 }, true)).toThrow(/stage 3/);
});

it("a result names signals and rounds times", () => {
  expect(measured({ ...calm, exitCode: null, signal: 11, wallMs: 1.23456 })).toMatchObject({
    exitCode: null,
    signal: "SIGSEGV",
    wallMs: 1.23,
  });
  expect(measured({ ...calm, signal: 64 }).signal).toBe("SIG64");
});
