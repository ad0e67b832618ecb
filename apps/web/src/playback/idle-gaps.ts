import { idleMs } from "./advance.ts";
import type { Timeline } from "./source.ts";

export interface Gap {
  readonly from: number;
  readonly until: number;
}

/** Where nothing happens for long, as exactly as the time line knows: nobody types, and there is no mark. */
export function idleGaps({ from, until, marks, spanMs, typing }: Timeline): Gap[] {
  const typed = typing.map(({ span }) => ({ from: from + span * spanMs, until: from + (span + 1) * spanMs }));
  const marked = marks.map(({ at }) => ({ from: at, until: at }));
  const gaps: Gap[] = [];
  let last = from;
  for (const busy of [...typed, ...marked, { from: until, until }].toSorted((a, b) => a.from - b.from)) {
    if (busy.from - last > idleMs) gaps.push({ from: last, until: busy.from });
    last = Math.max(last, busy.until);
  }
  return gaps;
}
