import type { CaseResult, RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { Verdict } from "@greenroom/shared/jobs/grading.ts";
import type { IconName } from "../ui/icon.tsx";
import { seconds, megabytes } from "./result-text.ts";

export type Tone = "good" | "bad" | "neutral";

interface VerdictWords {
  readonly text: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

/** What a verdict is called. */
export const verdictWords: Record<Verdict, VerdictWords> = {
  accepted: { text: "Right", icon: "check", tone: "good" },
  "wrong-answer": { text: "Wrong answer", icon: "close", tone: "bad" },
  "time-limit": { text: "Too slow", icon: "clock", tone: "bad" },
  "memory-limit": { text: "Too much memory", icon: "memory", tone: "bad" },
  "output-limit": { text: "Too much output", icon: "warning", tone: "bad" },
  "runtime-error": { text: "Crashed", icon: "bug", tone: "bad" },
  "compile-error": { text: "Did not compile", icon: "warning", tone: "bad" },
  "internal-error": { text: "Our fault", icon: "warning", tone: "neutral" },
};

/** How a run ended, in as few words as fit beside a mark. */
export function outcomeWords({ outcome, cutOff }: Pick<RunResult, "outcome" | "cutOff">): VerdictWords {
  switch (outcome) {
    case "exited":
      return { text: "Finished", icon: "check", tone: "good" };
    case "accepted":
      return { text: "Passed", icon: "check", tone: "good" };
    case "stopped":
      return { text: cutOff ? "Cut off" : "Stopped", icon: "stop", tone: "neutral" };
    default:
      return verdictWords[outcome];
  }
}

/** Time and memory of a test case, and how it crashed: "0.02 s · 9.1 MB · SIGSEGV". */
export function caseFigures({ verdict, wallMs, memoryKib, exitCode, signal }: CaseResult): string {
  const parts: string[] = [];
  if (verdict === "runtime-error") parts.push(signal ?? (exitCode === null ? "" : `exit code ${exitCode}`));
  if (wallMs !== null) parts.push(seconds(wallMs));
  if (memoryKib !== null) parts.push(megabytes(memoryKib));
  return parts.filter((part) => part !== "").join(" · ");
}

export interface Headline extends VerdictWords {
  /** What it means, and what to do; kind to whoever is nervous. */
  readonly detail: string;
}

export interface Progress {
  /** The outcome; undefined while it runs. */
  readonly outcome: Verdict | "exited" | "stopped" | undefined;
  readonly cases: readonly CaseResult[];
  /** How many test cases there are; undefined where this page does not know. */
  readonly total: number | undefined;
  readonly isVisibleOnly: boolean;
  /** In the problem's order, from 1. */
  readonly firstFailed: number | undefined;
  /** For "stopped": by the end of the session. */
  readonly cutOff?: true;
}

/** What a graded run came to, or how far it is. */
export function headlineOf(progress: Progress): Headline {
  const { outcome, cases, total, isVisibleOnly, firstFailed, cutOff } = progress;
  const right = cases.filter(({ verdict }) => verdict === "accepted").length;
  const share = total === undefined ? String(right) : `${right} of ${total}`;
  const count = `${share} ${isVisibleOnly ? "examples" : "tests"} passed`;
  const where = firstFailed === undefined ? "" : ` on test ${firstFailed}`;
  switch (outcome) {
    case undefined:
      return { text: "Testing…", icon: "clock", tone: "neutral", detail: cases.length > 0 ? `${count} so far.` : "" };
    case "accepted":
    case "exited":
      return {
        text: isVisibleOnly ? "All examples passed" : "All tests passed",
        icon: "check",
        tone: "good",
        detail: isVisibleOnly ? "Submit to meet all of the tests." : `${count}. Well done.`,
      };
    case "stopped":
      return {
        ...outcomeWords({ outcome, ...(cutOff && { cutOff }) }),
        detail: `${count} before ${cutOff ? "the session ended" : "somebody stopped it"}.`,
      };
    case "internal-error":
      return {
        text: "Could not be tested",
        icon: "warning",
        tone: "neutral",
        detail: "That is our fault, not the program's. Try it again.",
      };
    case "compile-error":
      return {
        ...verdictWords[outcome],
        detail: "What the compiler said stands below. No test was run.",
      };
    default: {
      const { text, icon, tone } = verdictWords[outcome];
      return { text: `${text}${where}`, icon, tone, detail: `${count}. ${advice[outcome]}` };
    }
  }
}

const advice: Record<Exclude<Verdict, "accepted" | "compile-error" | "internal-error">, string> = {
  "wrong-answer": "Not there yet: compare what was expected with what came.",
  "time-limit": "It took longer than it may. Does it loop for ever, or wait for input that does not come?",
  "memory-limit": "It needed more memory than it may have.",
  "output-limit": "It wrote more than it may. Does something print without end?",
  "runtime-error": "It ended with an error before it was done.",
};
