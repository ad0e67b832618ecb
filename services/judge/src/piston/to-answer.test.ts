import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import { expect, it } from "vitest";
import { collectOutput } from "../run/collect-output.ts";
import { toAnswer } from "./to-answer.ts";

const exited: RunResult = {
  outcome: "exited",
  exitCode: 0,
  signal: null,
  wallMs: 12,
  cpuMs: 8,
  memoryKib: 9,
  compileMs: null,
  chunks: 0,
};
function answer(result: Partial<RunResult>, ...texts: [OutputChunk["stream"], string][]) {
  const chunks = texts.map(([stream, text], index) => ({ number: index + 1, stream, text }));
  const whole = { ...exited, chunks: chunks.length, ...result };
  return toAnswer(getLanguage("cpp"), { result: whole, chunks, output: collectOutput(whole, chunks) });
}

it("puts what was written into output in the order in which it was written", () => {
  expect(answer({}, ["stdout", "a"], ["stderr", "b"], ["stdout", "c"])).toEqual({
    language: "c++",
    version: expect.any(String) as string,
    run: {
      stdout: "ac",
      stderr: "b",
      output: "abc",
      code: 0,
      signal: null,
      message: null,
      status: null,
      cpu_time: 8,
      wall_time: 12,
      memory: 9 * 1024,
    },
  });
});

it("shows what a content compiler said apart from the run", () => {
  const { compile, run } = answer({ compileMs: 30 }, ["compile", "warning"], ["stdout", "a"]);
  expect(compile).toMatchObject({ stderr: "warning", output: "warning", code: 0, status: null, wall_time: 30 });
  expect(run).toMatchObject({ stdout: "a", output: "a" });
});

it("answers a refusal of the compiler as the run as well, as Piston does for older clients", () => {
  const refused = { outcome: "compile-error", exitCode: null, wallMs: null, compileMs: 30 } as const;
  const { compile, run } = answer(refused, ["compile", "error"]);
  expect(run).toEqual(compile);
  expect(run).toMatchObject({ stderr: "error", code: 1, signal: null, status: "RE" });
});

it.each<[Partial<RunResult>, object]>([
  [
    { outcome: "runtime-error", exitCode: 3 },
    { code: 3, signal: null, status: "RE" },
  ],
  [
    { outcome: "runtime-error", exitCode: null, signal: "SIGSEGV" },
    { code: null, signal: "SIGSEGV", status: "SG" },
  ],
  [
    { outcome: "time-limit", exitCode: null, signal: "SIGKILL" },
    { code: null, signal: "SIGKILL", status: "TO" },
  ],
  [
    { outcome: "memory-limit", exitCode: null, signal: "SIGKILL" },
    { code: null, signal: "SIGKILL", status: "SG" },
  ],
  [
    { outcome: "memory-limit", exitCode: 3 },
    { code: 3, signal: null, status: "RE" },
  ],
  [
    { outcome: "output-limit", exitCode: null, signal: "SIGKILL" },
    { code: null, signal: "SIGKILL", status: "OL" },
  ],
  [
    { outcome: "internal-error", exitCode: null, errorCode: "sandbox-lost" },
    { code: null, signal: null, status: "XX" },
  ],
  [
    { outcome: "stopped", exitCode: null, signal: "SIGKILL" },
    { code: null, signal: "SIGKILL", status: "SG" },
  ],
])("says %j in Piston's letters", (result, end) => {
  expect(answer(result, ["stdout", "x"]).run).toMatchObject(end);
});

it("tells output over the limit on stderr from output over the limit on stdout", () => {
  const over = { outcome: "output-limit", exitCode: null, signal: "SIGKILL" } as const;
  expect(answer(over, ["stdout", "x"], ["stderr", "xx"]).run).toMatchObject({ status: "EL" });
});
