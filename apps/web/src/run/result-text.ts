import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";

export interface ResultText {
  readonly tone: "good" | "bad" | "neutral";
  /** Such as "Finished in 0.03 s · exit code 0 · 9.1 MB". */
  readonly text: string;
}

/** How a run ended, in words: what happened, how long it took, the exit code, the memory. */
export function resultText(result: RunResult): ResultText {
  const time = result.wallMs === null ? undefined : seconds(result.wallMs);
  const { words, tone } = wordsOf(result, time);
  const parts = [words];
  if (result.exitCode !== null && !result.cases) parts.push(`exit code ${result.exitCode}`);
  if (result.memoryKib !== null) parts.push(megabytes(result.memoryKib));
  if (result.compileMs !== null && result.outcome !== "compile-error") {
    parts.push(`compiled in ${seconds(result.compileMs)}`);
  }
  return { tone, text: parts.join(" · ") };
}

function wordsOf(result: RunResult, time: string | undefined): { words: string; tone: ResultText["tone"] } {
  const after = time === undefined ? "" : ` after ${time}`;
  switch (result.outcome) {
    case "exited":
      return { words: time === undefined ? "Finished" : `Finished in ${time}`, tone: "good" };
    case "accepted":
      return { words: "All tests passed", tone: "good" };
    case "wrong-answer":
      return { words: "Wrong answer", tone: "bad" };
    case "stopped":
      return { words: result.cutOff ? "Cut off by the end of the session" : `Stopped${after}`, tone: "neutral" };
    case "time-limit":
      return { words: `Stopped at the time limit${after}`, tone: "bad" };
    case "memory-limit":
      return { words: `Stopped at the memory limit${after}`, tone: "bad" };
    case "output-limit":
      return { words: `Stopped: too much output${after}`, tone: "bad" };
    case "runtime-error":
      // Somebody's Ctrl+C, or what a terminal makes of it.
      if (result.signal === "SIGINT") return { words: `Interrupted${after}`, tone: "neutral" };
      return { words: `${result.signal ? `Crashed with ${result.signal}` : "Failed"}${after}`, tone: "bad" };
    case "compile-error":
      return { words: "Did not compile", tone: "bad" };
    case "internal-error": {
      const code = result.errorCode ? ` (${result.errorCode})` : "";
      return { words: `Could not be run: our fault, not the program's${code}. Try again`, tone: "bad" };
    }
  }
}

/** How a run ended of which the log says nothing more when its session ended. */
export const cutOffResult: RunResult = {
  outcome: "stopped",
  cutOff: true,
  exitCode: null,
  signal: null,
  wallMs: null,
  cpuMs: null,
  memoryKib: null,
  compileMs: null,
  chunks: 0,
};

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** Decimal megabytes with one digit, as people know them. */
export const megabytes = (kib: number): string => `${((kib * 1024) / 1_000_000).toFixed(1)} MB`;
