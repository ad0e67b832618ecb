import { Tabs } from "@base-ui/react/tabs";
import type { SessionRecord } from "@greenroom/shared/api/session-routes.ts";
import { Link } from "@tanstack/react-router";
import { useMemo, useState, type ReactElement } from "react";
import { paths } from "../paths.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { ThemeToggle } from "../ui/theme-toggle.tsx";
import { useTitle } from "../ui/use-title.ts";
import type { MarkNames } from "./mark-text.ts";
import { PlayedChat } from "./played-chat.tsx";
import { PlayedDocument, shownDocument } from "./played-document.tsx";
import { PlayedEvents } from "./played-events.tsx";
import { PlayedPanes } from "./played-panes.tsx";
import { PlayedPeople } from "./played-people.tsx";
import { PlayedRun } from "./played-run.tsx";
import type { Player } from "./player.ts";
import type { Extent } from "./player-state.ts";
import type { Timeline } from "./source.ts";
import type { Typist } from "./time-line.tsx";
import { Transport } from "./transport.tsx";
import { useMomentInAddress } from "./use-moment-in-address.ts";
import { usePlaybackKeys } from "./use-playback-keys.ts";
import { usePlayedProblem } from "./use-played-problem.ts";
import { usePlayer, useShown } from "./use-player.ts";
import "../room/room-view.css";
import "./playback.css";

export interface PlaybackViewProps {
  readonly record: SessionRecord;
  readonly timeline: Timeline;
  /** Where to begin, in milliseconds since the epoch. */
  readonly startAt: number;
}

const keysSetting = "greenroom.playback.keys";

/** A session as it was, from its beginning to its end or to now. */
export function PlaybackView({ record, timeline, startAt }: PlaybackViewProps): ReactElement {
  const { sessionId, title } = record.session;
  useTitle(`Playback of ${title}`);
  const player = usePlayer(sessionId, useExtent(record, timeline), startAt);
  const names = useNames(record);
  const [hasKeys, setHasKeys] = useKeysSetting();
  usePlaybackKeys(player, hasKeys);
  useMomentInAddress(player, sessionId);
  // Undefined: whichever the room works in.
  const [chosenId, setChosenId] = useState<string>();
  const { problem, failure } = usePlayedProblem(useShown(player, ({ state }) => state.desk?.problem ?? null));
  const typists = useTypists(record, timeline);
  return (
    <div className="room playback">
      <Bar player={player} record={record} chosenId={chosenId} />
      <aside className="room-notices" aria-label="Notices">
        {failure !== undefined && <Notice>{failure}</Notice>}
      </aside>
      <main className="room-main">
        <h1 className="visually-hidden">Playback of {title}</h1>
        <PlayedPanes
          problem={problem ?? null}
          code={<PlayedDocument player={player} chosenId={chosenId} onChoose={setChosenId} />}
          side={<Side player={player} timeline={timeline} names={names} />}
        />
      </main>
      <Transport
        player={player}
        timeline={timeline}
        typists={typists}
        names={names}
        hasKeys={hasKeys}
        onKeys={setHasKeys}
      />
    </div>
  );
}

interface BarProps {
  readonly player: Player;
  readonly record: SessionRecord;
  readonly chosenId: string | undefined;
}

function Bar({ player, record, chosenId }: BarProps): ReactElement {
  const { title } = record.session;
  const { participants, documents } = useShown(player, ({ state }) => state);
  const shownId = useShown(player, (shown) => shownDocument(shown, chosenId));
  return (
    <header className="playback-bar">
      <img src="/favicon.svg" alt="Greenroom" width="22" height="22" />
      <p className="playback-title" title={title}>
        {title}
      </p>
      <PlayedPeople participants={participants} documents={documents} shownId={shownId} />
      <Ways player={player} record={record} />
    </header>
  );
}

/** To the end of what has happened, to the room, out of here. */
function Ways({ player, record }: { player: Player; record: SessionRecord }): ReactElement {
  const { sessionId, phase } = record.session;
  const isLive = phase === "live";
  const leave = isLive ? "Go to the room" : "Go to the record";
  return (
    <div className="playback-ways">
      {isLive && <span className="tag is-live">Live</span>}
      {isLive && (
        <Button look="small" onClick={() => void player.seek({ at: player.extent.until })}>
          Go to now
        </Button>
      )}
      <ThemeToggle />
      <Link
        to={paths.session}
        params={{ sessionId }}
        className={buttonClass("quiet icon")}
        aria-label={leave}
        title={leave}
      >
        <Icon name="leave" />
      </Link>
    </div>
  );
}

function Side({ player, timeline, names }: { player: Player; timeline: Timeline; names: MarkNames }): ReactElement {
  const run = useShown(player, ({ state }) => state.runs.at(-1));
  const isOver = useShown(player, ({ state }) => state.phase === "ended");
  const chat = useShown(player, ({ state }) => state.chat);
  const participants = useShown(player, ({ state }) => state.participants);
  return (
    <Tabs.Root defaultValue="output" className="played-side">
      <Tabs.List className="tabs" aria-label="Beside the code">
        <Tabs.Tab value="output" className="tab">
          Output
        </Tabs.Tab>
        <Tabs.Tab value="chat" className="tab">
          Chat{chat.length > 0 && ` (${chat.length})`}
        </Tabs.Tab>
        <Tabs.Tab value="events" className="tab">
          What happened
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="output" className="played-panel">
        <section className="run-output" aria-label="Output">
          <PlayedRun run={run} by={names.nameOf(run?.run.participantId ?? null)} isOver={isOver} />
        </section>
      </Tabs.Panel>
      <Tabs.Panel value="chat" className="played-panel">
        <PlayedChat messages={chat} participants={participants} from={timeline.from} />
      </Tabs.Panel>
      <Tabs.Panel value="events" className="played-panel">
        <PlayedEvents player={player} marks={timeline.marks} names={names} />
      </Tabs.Panel>
    </Tabs.Root>
  );
}

function useExtent({ session }: SessionRecord, timeline: Timeline): Extent {
  const isLive = session.phase === "live";
  return useMemo(() => {
    const runs = timeline.marks.filter(({ kind }) => kind === "run");
    return {
      from: timeline.from,
      until: timeline.until,
      head: timeline.head,
      isLive,
      runs: runs.map(({ number, detail }) => ({ number, runId: detail })),
    };
  }, [timeline, isLive]);
}

function useTypists({ participants }: SessionRecord, { typing }: Timeline): readonly Typist[] {
  return useMemo(() => {
    const typed = new Set(typing.map(({ participantId }) => participantId));
    return participants.filter(({ participantId }) => typed.has(participantId));
  }, [participants, typing]);
}

function useKeysSetting(): [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(() => localStorage.getItem(keysSetting) !== "off");
  const change = (next: boolean) => {
    localStorage.setItem(keysSetting, next ? "on" : "off");
    setOn(next);
  };
  return [isOn, change];
}

function useNames({ participants, runs }: SessionRecord): MarkNames {
  return useMemo(() => {
    const named = new Map(participants.map(({ participantId, name }) => [participantId, name]));
    const known = new Map(runs.map((run) => [run.runId, run]));
    return {
      nameOf: (id) => named.get(id ?? "") ?? "Somebody",
      runOf: (id) => known.get(id),
    };
  }, [participants, runs]);
}
