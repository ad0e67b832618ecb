import type { Mark } from "@greenroom/shared/api/history-routes.ts";
import { memo, type ReactElement } from "react";
import { Icon } from "../ui/icon.tsx";
import { markText, type MarkNames } from "./mark-text.ts";
import type { Player } from "./player.ts";
import { timeText } from "./time-text.ts";
import { useShown } from "./use-player.ts";

export interface PlayedEventsProps {
  readonly player: Player;
  readonly marks: readonly Mark[];
  readonly names: MarkNames;
}

/** What happened in the whole session, in words: each leads to its moment. */
export function PlayedEvents({ player, marks, names }: PlayedEventsProps): ReactElement {
  const current = useShown(player, ({ state }) => marks.findLast(({ number }) => number <= state.number)?.number);
  if (marks.length === 0) return <p className="played-nothing muted">Nothing but typing has happened.</p>;
  return (
    <ol className="played-events" aria-label="What happened">
      {marks.map((mark) => (
        <Entry key={mark.number} player={player} mark={mark} names={names} isCurrent={mark.number === current} />
      ))}
    </ol>
  );
}

interface EntryProps {
  readonly player: Player;
  readonly mark: Mark;
  readonly names: MarkNames;
  readonly isCurrent: boolean;
}

const Entry = memo(function Entry({ player, mark, names, isCurrent }: EntryProps): ReactElement {
  const { text, icon, tone } = markText(mark, names);
  const go = () =>
    mark.kind === "run"
      ? player.goToRun({ runId: mark.detail, number: mark.number })
      : player.seek({ number: mark.number });
  return (
    <li>
      <button type="button" aria-current={isCurrent ? "step" : undefined} onClick={() => void go()}>
        <span className="played-when">{timeText(mark.at - player.extent.from)}</span>
        <span className={`played-icon is-${tone}`}>
          <Icon name={icon} />
        </span>
        <span>{text}</span>
      </button>
    </li>
  );
});
