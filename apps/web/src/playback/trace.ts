import type { EventOf, SessionEvent } from "@greenroom/shared/log/event.ts";
import { codePointLength } from "@greenroom/shared/ot/text-operation.ts";
import type { LogReader } from "./log-cache.ts";

/** What was written within so much of the session's time is shown as new, in milliseconds. */
const newMs = 20_000;
/** As far back as one looks for it, in events. */
const lookedAt = 400;

/** Text that somebody wrote a moment ago, in code points of its document. */
export interface Insertion {
  readonly documentId: string;
  readonly participantId: string | null;
  readonly from: number;
  readonly to: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What of the last events shows beside the state that they led to. */
export interface Trace {
  readonly insertions: readonly Insertion[];
  /** What was last written to or turned to, as far as the events looked at say. */
  readonly documentId: string | undefined;
}

export const noTrace: Trace = { insertions: [], documentId: undefined };

/** Looked up from the last events that are here. */
export function traceAt(number: number, log: LogReader): Trace {
  const end = log.event(number);
  let first = number;
  for (let event = end; event && number - first < lookedAt; event = log.event(first)) first = event.number - 1;
  let trace = noTrace;
  for (let next = first + 1; next <= number; next++) {
    const event = log.event(next);
    if (event) trace = follow(trace, event);
  }
  return end ? trace : noTrace;
}

export function follow(trace: Trace, event: SessionEvent): Trace {
  if (event.kind === "desk") return { ...trace, documentId: event.body.documentId };
  if (event.kind !== "operation") return trace;
  const fresh = trace.insertions.filter(({ at }) => at > event.at - newMs);
  return { insertions: write(fresh, event), documentId: event.documentId };
}

/** Carries what was written over an operation, and adds what the operation writes. */
function write(before: readonly Insertion[], event: EventOf<"operation">): Insertion[] {
  const { documentId, participantId, at } = event;
  const after = before.filter((one) => one.documentId !== documentId);
  const carried = before.filter((one) => one.documentId === documentId);
  /** How far in the text before it and in the text after it. */
  let old = 0;
  let now = 0;
  const stay = (length: number) => {
    for (const one of carried) {
      const from = Math.max(one.from, old);
      const to = Math.min(one.to, old + length);
      if (from < to) add(after, { ...one, from: from - old + now, to: to - old + now });
    }
    old += length;
    now += length;
  };
  for (const component of event.body.operation) {
    if (typeof component === "number") stay(component);
    else if (typeof component === "object") old += component.d;
    else {
      const length = codePointLength(component);
      add(after, { documentId, participantId, from: now, to: now + length, at });
      now += length;
    }
  }
  stay(Infinity);
  return after;
}

/** Letters that were typed within the same second are one piece. */
function add(insertions: Insertion[], next: Insertion): void {
  const index = insertions.findLastIndex((one) => one.documentId === next.documentId && one.to === next.from);
  const neighbour = insertions[index];
  const isOne =
    neighbour?.participantId === next.participantId && Math.floor(neighbour.at / 1000) === Math.floor(next.at / 1000);
  if (neighbour && isOne) insertions[index] = { ...neighbour, to: next.to };
  else insertions.push(next);
}
