import type { Mark } from "@greenroom/shared/api/history-routes.ts";
import { getLanguage, languages } from "@greenroom/shared/languages.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { isVisibleOnly } from "../run/graded-run.ts";
import { resultText } from "../run/result-text.ts";
import type { IconName } from "../ui/icon.tsx";

export interface MarkText {
  readonly text: string;
  readonly icon: IconName;
  readonly tone: "good" | "bad" | "neutral";
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
      return runText(who, names.runOf(mark.detail));
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

function runText(who: string, run: RunSummary | undefined): MarkText {
  if (!run) return { text: `${who} ran a program`, icon: "play", tone: "neutral" };
  const language = getLanguage(run.language).label;
  const did =
    run.task.kind === "free" ? `ran ${language}` : `${isVisibleOnly(run) ? "tried" : "submitted"} ${language}`;
  if (!run.result) return { text: `${who} ${did}`, icon: "play", tone: "neutral" };
  const { text, tone } = resultText(run.result);
  return { text: `${who} ${did}: ${text}`, icon: tone === "good" ? "check" : tone === "bad" ? "close" : "stop", tone };
}

const count = (characters: number): string => (characters === 1 ? "1 character" : `${characters} characters`);

const languageLabel = (id: string): string => languages.find((language) => language.id === id)?.label ?? id;
