import type { Mark } from "@greenroom/shared/api/history-routes.ts";
import { memo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactElement } from "react";
import { personClass } from "../presence/person.ts";
import { useNarrow } from "../room/use-narrow.ts";
import { useStore } from "../room/store.ts";
import { Icon } from "../ui/icon.tsx";
import { idleGaps } from "./idle-gaps.ts";
import { markText, type MarkNames } from "./mark-text.ts";
import type { Player } from "./player.ts";
import type { Timeline } from "./source.ts";
import { lengthText, timeText } from "./time-text.ts";
import { arrowMs } from "./use-playback-keys.ts";

export interface Typist {
  readonly participantId: string;
  readonly name: string;
  readonly color: number;
}

export interface TimeLineProps {
  readonly player: Player;
  readonly timeline: Timeline;
  /** Those who have typed, in the order of their rows. */
  readonly typists: readonly Typist[];
  readonly names: MarkNames;
}

/** How far Page Up and Page Down go, in milliseconds. */
const pageMs = 60_000;

/** The whole session at a glance, and the slider by which one goes anywhere in it. */
export function TimeLine(props: TimeLineProps): ReactElement {
  const { player, timeline } = props;
  const position = useStore(player.position);
  const { from, until } = timeline;
  const length = Math.max(1, until - from);
  const share = ((position - from) / length) * 100;
  const { hover, ...pointer } = usePointer(player, timeline);
  return (
    <div
      className="time-line"
      // An <input> can have no drawing in it.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="slider"
      tabIndex={0}
      aria-label="Time in the session"
      aria-valuemin={0}
      aria-valuemax={Math.round(length / 1000)}
      aria-valuenow={Math.round((position - from) / 1000)}
      aria-valuetext={`${timeText(position - from)} of ${timeText(length)}`}
      onKeyDown={(event) => moveBy(event, player)}
      {...pointer}
    >
      <Tracks {...props} />
      <span className="time-line-head" style={{ left: `${share}%` }} />
      {hover !== undefined && (
        <span
          className="time-line-hover"
          style={{ left: `${Math.min(96, Math.max(4, ((hover - from) / length) * 100))}%` }}
        >
          {timeText(hover - from)}
        </span>
      )}
    </div>
  );
}

/** The thumb is where the pointer holds it; where the pointer only hovers, the line says what time that is. */
function usePointer(player: Player, { from, until }: Timeline) {
  const [hover, setHover] = useState<number>();
  // While the thumb is held nothing plays; what did goes on afterwards.
  const held = useRef<{ readonly isPlaying: boolean }>(undefined);
  const instantAt = (event: PointerEvent<HTMLElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return from + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * (until - from);
  };
  return {
    hover,
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      held.current = { isPlaying: player.mode.get().isPlaying };
      player.pause();
      player.scrub(instantAt(event));
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      setHover(instantAt(event));
      if (held.current) player.scrub(instantAt(event));
    },
    onLostPointerCapture: () => {
      void player.seek({ at: player.position.get() });
      if (held.current?.isPlaying) player.play();
      held.current = undefined;
    },
    onPointerLeave: () => setHover(undefined),
  };
}

function moveBy(event: KeyboardEvent, player: Player): void {
  const steps: Record<string, number> = {
    ArrowLeft: -arrowMs,
    ArrowDown: -arrowMs,
    ArrowRight: arrowMs,
    ArrowUp: arrowMs,
    PageDown: -pageMs,
    PageUp: pageMs,
    Home: -Infinity,
    End: Infinity,
  };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  void player.skip(step);
}

/** Units of the drawing: the width of a session, the height of a row. */
const width = 1000;
const rowHeight = 12;

/** Drawn once, not with every frame. */
const Tracks = memo(function Tracks({ timeline, typists, names }: TimeLineProps): ReactElement {
  const { from, until, spanMs, typing } = timeline;
  const length = Math.max(1, until - from);
  const most = Math.max(1, ...typing.map(({ operations }) => operations));
  const rows = Math.max(1, typists.length);
  const gaps = idleGaps(timeline);
  const x = (at: number) => ((at - from) / length) * width;
  return (
    <>
      <svg
        className="time-line-tracks"
        viewBox={`0 0 ${width} ${rows * rowHeight}`}
        preserveAspectRatio="none"
        style={{ height: Math.max(24, rows * rowHeight) }}
        aria-hidden="true"
      >
        {gaps.map((gap) => (
          <rect
            key={gap.from}
            className="time-line-gap"
            x={x(gap.from)}
            width={x(gap.until) - x(gap.from)}
            height={rows * rowHeight}
          >
            <title>{`Nothing happened for ${lengthText(gap.until - gap.from)}`}</title>
          </rect>
        ))}
        {typists.map(({ participantId, color }, row) => (
          <g key={participantId} className={`time-line-typing ${personClass(color)}`}>
            {typing
              .filter((one) => one.participantId === participantId)
              .map(({ span, operations }) => {
                const height = (rowHeight - 2) * (0.35 + (0.65 * operations) / most);
                return (
                  <rect
                    key={span}
                    x={x(from + span * spanMs)}
                    y={(row + 1) * rowHeight - height}
                    width={Math.max(1.2, (spanMs / length) * width)}
                    height={height}
                  />
                );
              })}
          </g>
        ))}
      </svg>
      <Marks timeline={timeline} names={names} />
    </>
  );
});

/** Marks nearer to each other than this share of the line are drawn as one: about as wide as a mark is. */
const nearest = { wide: 0.012, narrow: 0.045 };

/** A mark with as much of the line free behind it has its words there, on a wide screen. */
const roomForWords = 0.08;

interface DrawnMark {
  readonly mark: Mark;
  readonly others: number;
}

/** The one that says most stands for those around it. */
const weight: Partial<Record<Mark["kind"], number>> = { run: 4, paste: 3, away: 2, chat: 1 };

function gather(marks: readonly Mark[], withinMs: number): DrawnMark[] {
  const drawn: DrawnMark[] = [];
  let begun = -Infinity;
  for (const mark of marks) {
    const last = drawn.at(-1);
    if (!last || mark.at - begun > withinMs) {
      begun = mark.at;
      drawn.push({ mark, others: 0 });
    } else {
      const isHeavier = (weight[mark.kind] ?? 0) > (weight[last.mark.kind] ?? 0);
      drawn[drawn.length - 1] = { mark: isHeavier ? mark : last.mark, others: last.others + 1 };
    }
  }
  return drawn;
}

function Marks({ timeline, names }: Pick<TimeLineProps, "timeline" | "names">): ReactElement {
  const { from, until, marks } = timeline;
  const length = Math.max(1, until - from);
  const isNarrow = useNarrow();
  const withinMs = (isNarrow ? nearest.narrow : nearest.wide) * length;
  const runs = marks.filter(({ kind }) => kind === "run");
  const others = marks.filter(({ kind }) => kind !== "run");
  const lanes = [gather(runs, withinMs), gather(others, withinMs)];
  return (
    <>
      {lanes.map((lane, index) => (
        <span key={index === 0 ? "runs" : "others"} className="time-line-lane" aria-hidden="true">
          {lane.map(({ mark, others }, place) => {
            const { text, icon, tone, short } = markText(mark, names);
            const free = (lane[place + 1]?.mark.at ?? until) - mark.at;
            return (
              <span
                key={mark.number}
                className={`time-line-mark is-${tone} is-${mark.kind}`}
                style={{ left: `clamp(8px, ${((mark.at - from) / length) * 100}%, 100% - 8px)` }}
                title={`${timeText(mark.at - from)} ${text}${others > 0 ? `, and ${others} more` : ""}`}
              >
                <Icon name={icon} />
                {!isNarrow && free > roomForWords * length && short !== undefined && (
                  <span className="time-line-words">{short}</span>
                )}
              </span>
            );
          })}
        </span>
      ))}
    </>
  );
}
