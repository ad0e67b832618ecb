import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import { Folding } from "@greenroom/shared/log/reduce.ts";
import { emptyState, type SessionState } from "@greenroom/shared/log/state.ts";

/** Events are fetched and forgotten this many at a time, and no more of them are ever folded to come to a state. */
export const blockLength = 1_000;
/** A state is kept after so many events that were folded: what going back costs. */
const keyframeEvery = 100;
/** What is kept, at most: as much of a log as one goes to and fro in. */
const keptBlocks = 24;
const keptKeyframes = 128;

/** Events can be looked at by their number; undefined for those that are not here. */
export interface LogReader {
  readonly event: (number: number) => SessionEvent | undefined;
}

/** The parts of a log that are in memory: blocks of events, and states from which others are folded. */
export class LogCache implements LogReader {
  /** Block k has the events from number k × blockLength + 1 on, without a gap, as many as have been fetched. */
  readonly #blocks = new Map<number, readonly SessionEvent[]>();
  readonly #keyframes = new Map<number, SessionState>([[0, emptyState]]);

  event(number: number): SessionEvent | undefined {
    return this.#blocks.get(blockOf(number))?.[(number - 1) % blockLength];
  }

  /** How far a block has been fetched: its last event's number, or that of the event before the block. */
  endOf(block: number): number {
    return block * blockLength + (this.#blocks.get(block)?.length ?? 0);
  }

  /** Takes what follows the last event of a block that is here, no further than the block goes. */
  append(block: number, events: readonly SessionEvent[]): void {
    const known = this.#blocks.get(block) ?? [];
    const next = events.filter(({ number }) => number > this.endOf(block));
    this.#blocks.delete(block);
    this.#blocks.set(block, [...known, ...next]);
    // Maps remember the order in which they were filled.
    for (const [oldest] of this.#blocks) {
      if (this.#blocks.size <= keptBlocks) break;
      this.#blocks.delete(oldest);
    }
  }

  keep(state: SessionState): void {
    this.#keyframes.set(state.number, state);
    if (this.#keyframes.size <= keptKeyframes) return;
    const distance = (number: number) => (number === 0 ? 0 : Math.abs(number - state.number));
    const farthest = [...this.#keyframes.keys()].reduce((a, b) => (distance(b) > distance(a) ? b : a));
    this.#keyframes.delete(farthest);
  }

  /** The state after an event; undefined when it would take events that are not here, or too many of them. */
  stateAt(number: number): SessionState | undefined {
    const keyframe = this.#keyframeBefore(number);
    const state = keyframe && this.stateAfter(keyframe, number);
    return state?.number === number ? state : undefined;
  }

  /** The state that one leads to, on to a number or as far as the events are here. */
  stateAfter(before: SessionState, number: number): SessionState {
    const folding = new Folding(before);
    while (folding.number < number) {
      const event = this.event(folding.number + 1);
      if (!event) break;
      folding.take(event);
      if (folding.number % keyframeEvery === 0) this.keep(folding.state);
    }
    return folding.state;
  }

  #keyframeBefore(number: number): SessionState | undefined {
    let nearest: SessionState | undefined;
    for (const state of this.#keyframes.values()) {
      if (state.number <= number && state.number >= (nearest?.number ?? number - blockLength)) nearest = state;
    }
    return nearest;
  }

  /** The last event that is not after an instant, when that can be said for sure from what is here. */
  numberAt(at: number, head: number): number | undefined {
    for (const [block, events] of this.#blocks) {
      const first = block * blockLength + 1;
      if ((events[0]?.at ?? Infinity) > at) {
        if (first === 1 && events.length > 0) return 0;
        continue;
      }
      const last = first + countUntil(events, at) - 1;
      const next = this.event(last + 1);
      if (last === head || (next && next.at > at)) return last;
    }
    return undefined;
  }
}

/** The block in which an event is. */
export const blockOf = (number: number): number => Math.floor((number - 1) / blockLength);

/** How many of the events are not after an instant. */
function countUntil(events: readonly SessionEvent[], at: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.at ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
