import type { PistonResult, PistonStage } from "@greenroom/shared/api/piston-routes.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { Language } from "@greenroom/shared/languages.ts";
import type { RunEnd } from "../run/run-facts.ts";
import { pistonRuntime } from "./runtimes.ts";

const joined = (chunks: readonly OutputChunk[]): string => chunks.map(({ text }) => text).join("");

/** How a run ended, as Piston says it. A compiler that failed is the run as well, as with Piston. */
export function toAnswer(language: Language, { result, chunks }: RunEnd): PistonResult {
  const { language: name, version } = pistonRuntime(language);
  const compile = result.compileMs === null ? undefined : compileStage(result, chunks);
  const run = compile && result.outcome === "compile-error" ? compile : runStage(result, chunks);
  return { language: name, version, run, ...(compile ? { compile } : {}) };
}

/** What a compiler wrote is in one stream with us; most of it is written to stderr. */
function compileStage(result: RunResult, chunks: readonly OutputChunk[]): PistonStage {
  const words = joined(chunks.filter(({ stream }) => stream === "compile"));
  const hasFailed = result.outcome === "compile-error";
  return {
    stdout: "",
    stderr: words,
    output: words,
    code: hasFailed ? 1 : 0,
    signal: null,
    message: hasFailed ? "Exited with error status 1" : null,
    status: hasFailed ? "RE" : null,
    cpu_time: null,
    wall_time: result.compileMs,
    memory: null,
  };
}

function runStage(result: RunResult, chunks: readonly OutputChunk[]): PistonStage {
  const stdout = chunks.filter(({ stream }) => stream === "stdout");
  const stderr = chunks.filter(({ stream }) => stream === "stderr");
  const end = endOf(result, joined(stderr).length > joined(stdout).length);
  return {
    stdout: joined(stdout),
    stderr: joined(stderr),
    output: joined(chunks.filter(({ stream }) => stream !== "compile")),
    ...end,
    cpu_time: result.cpuMs,
    wall_time: result.wallMs,
    memory: result.memoryKib === null ? null : result.memoryKib * 1024,
  };
}

type StageEnd = Pick<PistonStage, "code" | "signal" | "message" | "status">;

/** Piston's two letters and the words beside them, most of which are isolate's. */
export function endOf(result: RunResult, isMostlyStderr: boolean): StageEnd {
  const { exitCode: code, signal } = result;
  switch (result.outcome) {
    case "time-limit":
      return { code: null, signal: "SIGKILL", message: "Time limit exceeded", status: "TO" };
    case "output-limit":
      return isMostlyStderr
        ? { code: null, signal: "SIGKILL", message: "stderr length exceeded", status: "EL" }
        : { code: null, signal: "SIGKILL", message: "stdout length exceeded", status: "OL" };
    case "internal-error":
      return { code: null, signal: null, message: `Internal error: ${result.errorCode ?? "unknown"}`, status: "XX" };
    case "memory-limit":
      return code === null
        ? { code, signal: signal ?? "SIGKILL", message: "Memory limit exceeded", status: "SG" }
        : { code, signal: null, message: "Memory limit exceeded", status: "RE" };
    default:
      if (signal !== null) return { code: null, signal, message: `Caught fatal signal ${signal}`, status: "SG" };
      if (code !== null && code !== 0)
        return { code, signal, message: `Exited with error status ${code}`, status: "RE" };
      return { code, signal, message: null, status: null };
  }
}
