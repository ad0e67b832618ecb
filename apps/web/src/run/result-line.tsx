import type { ReactElement } from "react";
import { getLanguage } from "@greenroom/shared/languages.ts";
import type { Room } from "../room/room.ts";
import { resultText } from "./result-text.ts";
import type { RunView } from "./run-store.ts";

/** How the newest run ended and whose it was; read out when it ends. */
export function ResultLine({ view, room }: { view: RunView; room: Room }): ReactElement {
  const { summary } = view;
  const result = summary?.result ? resultText(summary.result) : undefined;
  const by = summary ? `${getLanguage(summary.language).label}, run by ${room.nameOf(summary.participantId)}` : "";
  return (
    <div className="run-result" aria-live="polite" aria-atomic="true">
      {result && <p className={`run-outcome is-${result.tone}`}>{result.text}</p>}
      {summary && <p className="muted">{by}</p>}
    </div>
  );
}
