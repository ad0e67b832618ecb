import { Popover } from "@base-ui/react/popover";
import { useId, useMemo, useState, useSyncExternalStore, type ReactElement } from "react";
import { useStore } from "../room/store.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { copyText } from "../ui/copy-link.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { failureText } from "../api/failure-text.ts";
import { idleGaps } from "./idle-gaps.ts";
import type { Player } from "./player.ts";
import { speeds } from "./player-state.ts";
import { TimeLine, type TimeLineProps } from "./time-line.tsx";
import { lengthText, secondsFrom, timeText } from "./time-text.ts";
import { playbackKeys, toggle } from "./use-playback-keys.ts";
import "./transport.css";

export interface TransportProps extends TimeLineProps {
  readonly hasKeys: boolean;
  readonly onKeys: (isOn: boolean) => void;
}

/** All by which one moves in time. */
export function Transport(props: TransportProps): ReactElement {
  const { player, timeline } = props;
  const { skipsIdle, failure } = useStore(player.mode);
  const idle = useMemo(() => idleGaps(timeline).reduce((sum, gap) => sum + gap.until - gap.from, 0), [timeline]);
  return (
    <section className="transport" aria-label="Playback">
      {failure !== undefined && (
        <Notice
          tone="error"
          action={
            <Button look="small" onClick={() => void player.seek({ at: player.position.get() })}>
              Try again
            </Button>
          }
        >
          This moment could not be loaded. {failureText(failure)}
        </Notice>
      )}
      <TimeLine {...props} />
      <div className="transport-row">
        <Buttons player={player} />
        <Time player={player} length={timeline.until - timeline.from} />
        <Speed player={player} />
        <label className="transport-idle">
          <input type="checkbox" checked={skipsIdle} onChange={(event) => player.setSkipsIdle(event.target.checked)} />
          Skip idle gaps{idle > 0 && ` (${lengthText(idle)})`}
        </label>
        <WhatHappens player={player} />
        <CopyMoment player={player} />
        <Keys isOn={props.hasKeys} onChange={props.onKeys} />
      </div>
    </section>
  );
}

function Buttons({ player }: { player: Player }): ReactElement {
  const { isPlaying } = useStore(player.mode);
  const way = (name: string, icon: IconName, go: () => Promise<void>) => (
    <Button look="quiet icon" aria-label={name} title={name} onClick={() => void go()}>
      <Icon name={icon} />
    </Button>
  );
  const toggles = isPlaying ? "Pause" : "Play";
  return (
    <div className="transport-buttons">
      {way("Previous run", "previousRun", () => player.jumpToRun(-1))}
      {way("Previous change", "previous", () => player.step(-1))}
      <Button look="primary icon" aria-label={toggles} title={toggles} onClick={() => toggle(player)}>
        <Icon name={isPlaying ? "pause" : "play"} />
      </Button>
      {way("Next change", "next", () => player.step(1))}
      {way("Next run", "nextRun", () => player.jumpToRun(1))}
    </div>
  );
}

function Time({ player, length }: { player: Player; length: number }): ReactElement {
  const position = useStore(player.position);
  return (
    <p className="transport-time">
      {timeText(position - player.extent.from)} <span className="muted">/ {timeText(length)}</span>
    </p>
  );
}

function Speed({ player }: { player: Player }): ReactElement {
  const { speed } = useStore(player.mode);
  return (
    <span className="select-box transport-speed">
      <select
        className="native-select"
        aria-label="Speed"
        value={speed}
        onChange={(event) => player.setSpeed(Number(event.target.value))}
      >
        {speeds.map((one) => (
          <option key={one} value={one}>
            {one}×
          </option>
        ))}
      </select>
      <Icon name="chevron" />
    </span>
  );
}

/** What one waits for, or what one does not have to wait for. */
function WhatHappens({ player }: { player: Player }): ReactElement {
  const { gap, isLoading, isPlaying } = useStore(player.mode);
  const isAtEnd = useSyncExternalStore(player.position.subscribe, () => player.isAtEnd);
  const text = gap
    ? `Skipping ${lengthText(gap.until - gap.from)} in which nothing happened`
    : isLoading
      ? "Loading this moment…"
      : isPlaying && isAtEnd
        ? "This is now: what happens next is shown as it happens"
        : "";
  return (
    <p className="transport-state" aria-live="off">
      {text}
    </p>
  );
}

/** How it went is shown this long, in milliseconds. */
const feedbackMs = 2000;

function CopyMoment({ player }: { player: Player }): ReactElement {
  const [went, setWent] = useState<"copied" | "refused">();
  const copy = async () => {
    const url = new URL(location.href);
    url.search = new URLSearchParams({ t: String(secondsFrom(player.extent.from, player.position.get())) }).toString();
    setWent((await copyText(url.href, null)) ? "copied" : "refused");
    setTimeout(() => setWent(undefined), feedbackMs);
  };
  return (
    <>
      <Button look="small" className="transport-copy" aria-label="Copy link to this moment" onClick={() => void copy()}>
        <Icon name={went === "copied" ? "check" : "link"} />
        <span>{went === undefined ? "Copy link to this moment" : went === "copied" ? "Copied" : "Not copied"}</span>
      </Button>
      <span className="visually-hidden" aria-live="polite">
        {went === "copied" && "The link was copied."}
        {went === "refused" && "Your browser did not let it be copied. Pause, and copy the page's address."}
      </span>
    </>
  );
}

/** Which keys there are; and they can be turned off, for those whose tools send single keys (WCAG 2.1.4). */
function Keys({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }): ReactElement {
  const id = useId();
  return (
    <Popover.Root>
      <Popover.Trigger className={`${buttonClass("quiet icon")} transport-keys`} aria-label="Keys" title="Keys">
        <Icon name="keyboard" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="popover-place" sideOffset={8} collisionPadding={12}>
          <Popover.Popup className="popover playback-keys">
            <Popover.Title render={<h2>Keys</h2>} />
            <dl>
              {playbackKeys.map(({ keys, does }) => (
                <div key={does}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
            <label htmlFor={id}>
              <input id={id} type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
              These keys work anywhere on this page
            </label>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
