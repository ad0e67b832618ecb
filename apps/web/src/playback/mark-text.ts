import type { Mark } from "@greenroom/shared/api/history-routes.ts";
import { getLanguage, languages } from "@greenroom/shared/languages.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { isVisibleOnly } from "../run/graded-run.ts";
import { resultText } from "../run/result-text.ts";
import { outcomeWords } from "../run/verdict-text.ts";
import type { IconName } from "../ui/icon.tsx";

export interface MarkText {
  readonly text: string;
  readonly icon: IconName;
  readonly tone: "good" | "bad" | "neutral";
  /** How a run ended, for beside its mark. */
  readonly short?: string | undefined;
}

/** What is known about those who are named in marks. */
export interface MarkNames {
  readonly nameOf: (participantId: string | null) => string;
  readonly runOf: (runId: string) => RunSummary | undefined;
}

/** What a mark is about, in a sentence. */
export function markText(mark: Mark, names: MarkNames): MarkText {
  const who = names.nameOf(mark.participantId);
  const say = (text: string, icon: IconName): MarkText => ({ text, icon, tone: "neutral" });
  switch (mark.kind) {
    case "run":
      return runText(who, mark, names.runOf(mark.detail));
    case "joined":
      return say(`${who} joined`, "people");
    case "left":
      return say(`${who} left`, "leave");
    case "removed":
      return say(`${who} removed ${names.nameOf(mark.detail)}`, "leave");
    case "away":
      return say(`${who} went to another tab or window`, "away");
    case "back":
      return say(`${who} came back`, "back");
    case "paste":
      return say(`${who} pasted ${count(Number(mark.detail))}`, "paste");
    case "chat":
      return say(`${who} wrote in the chat`, "chat");
    case "desk":
      return say(`${who} turned the room to ${languageLabel(mark.detail)}`, "book");
    case "file":
      return say(`${who} changed the file ${mark.detail}`, "file");
    case "ended":
      return say("The interview ended", "stop");
  }
}

/** The record has no more than the newest runs, and this page may have had it before a run's end: marks say what is missing. */
function runText(who: string, { outcome, cutOff }: Mark, run: RunSummary | undefined): MarkText {
  const ended = outcome && outcomeWords({ outcome, ...(cutOff && { cutOff }) });
  const { icon, tone } = ended ?? { icon: "play", tone: "neutral" };
  const did = run ? whatRan(run) : "ran a program";
  const how = run?.result ? resultText(run.result).text : ended?.text;
  return { text: how === undefined ? `${who} ${did}` : `${who} ${did}: ${how}`, icon, tone, short: ended?.text };
}

function whatRan(run: RunSummary): string {
  const language = getLanguage(run.language).label;
  if (run.task.kind === "free") return `ran ${language}`;
  return `${isVisibleOnly(run) ? "tried" : "submitted"} ${language}`;
}

const count = (characters: number): string => (characters === 1 ? "1 character" : `${characters} characters`);

const languageLabel = (id: string): string => languages.find((language) => language.id === id)?.label ?? id;
