import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import { isBusy } from "./advance.ts";
import type { LogReader } from "./log-cache.ts";

/** What one person does without pausing longer than this is one group, in milliseconds. */
const pauseMs = 1_000;

/** The number to step to; or the number of an event that has to be fetched before that can be said. */
export type Step = { readonly to: number } | { readonly missing: number };

/** The end of the group of events that comes next. */
export function nextStep(number: number, log: LogReader, head: number): Step {
  let last: SessionEvent | undefined;
  for (let at = number + 1; at <= head; at++) {
    const event = log.event(at);
    if (!event) return { missing: at };
    if (!isBusy(event)) continue;
    if (last && !goTogether(last, event)) return { to: last.number };
    last = event;
  }
  return { to: last?.number ?? head };
}

/** The event before the group of events that came last; whoever steps on from there is back. */
export function previousStep(number: number, log: LogReader): Step {
  let first: SessionEvent | undefined;
  for (let at = number; at > 0; at--) {
    const event = log.event(at);
    if (!event) return { missing: at };
    if (!isBusy(event)) continue;
    if (first && !goTogether(event, first)) return { to: event.number };
    first = event;
  }
  return { to: 0 };
}

function goTogether(one: SessionEvent, next: SessionEvent): boolean {
  return one.kind === next.kind && one.participantId === next.participantId && next.at - one.at <= pauseMs;
}
