import { ada, began, cleo, MadeLog, program } from "./made-log.ts";
import { Player } from "./player.ts";
import type { Extent } from "./player-state.ts";
import type { PlaybackSource } from "./source.ts";

/** Time that passes when the test says so, a frame at a time. */
export class HandClock {
  #now = 0;
  #callbacks = new Set<() => void>();
  readonly now = () => this.#now;
  readonly frame = (callback: () => void) => {
    this.#callbacks.add(callback);
    return () => void this.#callbacks.delete(callback);
  };

  /** Plays on in frames of 20 ms; what was asked for meanwhile arrives. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 20) {
      this.#now += 20;
      const due = [...this.#callbacks];
      this.#callbacks.clear();
      for (const callback of due) callback();
      await settled();
    }
  }
}

/** All promises that are under way have come to their end. */
export const settled = () => new Promise<void>((done) => setImmediate(done));

interface Asked {
  readonly what: string;
  readonly signal: AbortSignal;
}

/** A log as the server has it, with all that it is asked for. */
function sourceOf(log: MadeLog): PlaybackSource & { readonly asked: Asked[]; hold: Promise<void> | undefined } {
  const asked: Asked[] = [];
  const source = {
    asked,
    hold: undefined as Promise<void> | undefined,
    state: async (target: { number: number } | { at: number }, signal: AbortSignal) => {
      asked.push({ what: `state ${"at" in target ? `at ${target.at - began}` : target.number}`, signal });
      await source.hold;
      signal.throwIfAborted();
      const number =
        "at" in target ? log.events.filter(({ at }) => at <= target.at).length : Math.min(target.number, log.head);
      return log.states[number] ?? log.state;
    },
    events: async (after: number, limit: number, signal: AbortSignal) => {
      asked.push({ what: `events ${after}+${limit}`, signal });
      await source.hold;
      signal.throwIfAborted();
      return log.events.slice(after, after + limit);
    },
  };
  return source;
}

export function extentOf(log: MadeLog, isLive = false): Extent {
  const begins = log.events.flatMap((event) =>
    event.kind === "run" && event.body.run.state === "queued"
      ? [{ runId: event.body.run.runId, number: event.number }]
      : [],
  );
  return { from: began, until: log.until, head: log.head, isLive, runs: begins };
}

export function open(log: MadeLog, isLive = false) {
  const clock = new HandClock();
  const source = sourceOf(log);
  const player = new Player({ source, clock, extent: extentOf(log, isLive) });
  const textShown = () => player.shown.get().state.documents[program]?.text;
  const number = () => player.shown.get().state.number;
  const elapsed = () => player.position.get() - began;
  return { clock, source, player, textShown, number, elapsed };
}

/** Ada types twelve letters, rests for a minute, and Cleo types three and runs the program. */
export function interview(): MadeLog {
  const log = new MadeLog().open();
  log.type(ada, "print('one')");
  log.add(60_000, cleo, "view", { documentId: program });
  log.type(cleo, "\n#2");
  log.run(1_000, 1, "one\n");
  log.type(ada, "\n#3");
  log.run(2_000, 2, "one again\n");
  return log;
}
