import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import type { LogReader } from "./log-cache.ts";

/** A pause longer than this is idle, in milliseconds; skipped, it takes no longer than the other. */
export const idleMs = 5_000;
const skippedMs = 500;

/** Where playing is: an instant, and the last event that is not after it. */
export interface Place {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly number: number;
}

export interface Pace {
  /** How much time has passed for whoever watches, in milliseconds. */
  readonly realMs: number;
  readonly speed: number;
  readonly skipsIdle: boolean;
}

/** How long the log is. */
export interface LogEnd {
  readonly head: number;
  /** The last event's instant. */
  readonly until: number;
}

export interface Advance {
  readonly place: Place;
  /** The idle gap in which it stands and which is being skipped. */
  readonly gap: { readonly from: number; readonly until: number } | undefined;
  /** It stopped because the events that follow are not here. */
  readonly isHungry: boolean;
}

/** Carets may wander while nobody does anything that is worth waiting for. */
export const isBusy = ({ kind }: SessionEvent): boolean => kind !== "carets";

/** Plays on for some time: at its speed, or through an idle gap in half a second. */
export function advance(start: Place, pace: Pace, log: LogReader, end: LogEnd): Advance {
  let { at, number } = start;
  let left = pace.realMs;
  for (;;) {
    const next = nextBusy(number, log, end);
    const from = lastBusyAt(number, log) ?? at;
    const isIdle = pace.skipsIdle && next.at - from > idleMs;
    const rate = isIdle ? Math.max(pace.speed, (next.at - from) / skippedMs) : pace.speed;
    const neededMs = Math.max(0, next.at - at) / rate;
    if (neededMs > left) {
      at += left * rate;
      number = lastUntil(at, number, log);
      return { place: { at, number }, gap: isIdle ? { from, until: next.at } : undefined, isHungry: false };
    }
    left -= neededMs;
    at = Math.max(at, next.at);
    number = lastUntil(at, number, log);
    if (!next.isEvent) return { place: { at, number }, gap: undefined, isHungry: number < end.head };
  }
}

/** The next event that something happens in; where it is not here, the last one that is. */
function nextBusy(number: number, log: LogReader, end: LogEnd): { at: number; isEvent: boolean } {
  let last: SessionEvent | undefined;
  for (let next = number + 1; next <= end.head; next++) {
    const event = log.event(next);
    if (!event) return { at: last?.at ?? -Infinity, isEvent: false };
    if (isBusy(event)) return { at: event.at, isEvent: true };
    last = event;
  }
  return { at: end.until, isEvent: false };
}

/** When something last happened. */
function lastBusyAt(number: number, log: LogReader): number | undefined {
  let earliest: number | undefined;
  for (let before = number; before > 0; before--) {
    const event = log.event(before);
    if (!event) return earliest;
    earliest = event.at;
    if (isBusy(event)) return earliest;
  }
  return earliest;
}

function lastUntil(at: number, from: number, log: LogReader): number {
  let number = from;
  while ((log.event(number + 1)?.at ?? Infinity) <= at) number++;
  return number;
}
