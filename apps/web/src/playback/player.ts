import { emptyState, type SessionState } from "@greenroom/shared/log/state.ts";
import { createStore, type ReadableStore } from "../room/store.ts";
import { advance, type Place } from "./advance.ts";
import { nextStep, previousStep, type Step } from "./groups.ts";
import { blockOf, LogCache } from "./log-cache.ts";
import { LogFetcher } from "./log-fetcher.ts";
import { type Extent, type PlayerClock, type PlayerMode, type Shown, speeds } from "./player-state.ts";
import { runEnd, type RunMark } from "./run-marks.ts";
import type { PlaybackSource, Target } from "./source.ts";
import { follow, noTrace, traceAt } from "./trace.ts";

/** When fewer events than this are left, the ones after them are fetched. */
const fetchAhead = 400;
/** A longer pause between two frames (a page out of sight, a machine asleep) is not made up for, in milliseconds. */
const longestFrameMs = 250;
/** A request that the thumb has left behind is given up after this time, in milliseconds. */
const patienceMs = 250;

export interface PlayerOptions {
  readonly source: PlaybackSource;
  readonly clock: PlayerClock;
  readonly extent: Extent;
}

/** Plays a session's log: holds as much of it as one needs, and shows what it came to at an instant. */
export class Player {
  readonly #source: PlaybackSource;
  readonly #clock: PlayerClock;
  readonly #cache = new LogCache();
  readonly #fetcher: LogFetcher;
  readonly #position;
  readonly #shown = createStore<Shown>({ state: emptyState, trace: noTrace });
  readonly #mode = createStore<PlayerMode>({
    isPlaying: false,
    speed: 1,
    skipsIdle: true,
    isLoading: false,
    failure: undefined,
    gap: undefined,
  });
  #extent: Extent;
  /** All that is fetched for the place that was asked for last. */
  #work = new AbortController();
  /** A request for where the thumb was, and where it has gone meanwhile. */
  #scrub: { readonly since: number; next: number | undefined } | undefined;
  #seeking = 0;
  #lastFrame = 0;
  #cancelFrame: (() => void) | undefined;

  constructor({ source, clock, extent }: PlayerOptions) {
    this.#source = source;
    this.#clock = clock;
    this.#fetcher = new LogFetcher(source, this.#cache);
    this.#extent = extent;
    this.#position = createStore(extent.from);
  }

  /** The instant that is shown, in milliseconds since the epoch. */
  get position(): ReadableStore<number> {
    return this.#position;
  }
  get shown(): ReadableStore<Shown> {
    return this.#shown;
  }
  get mode(): ReadableStore<PlayerMode> {
    return this.#mode;
  }
  get extent(): Extent {
    return this.#extent;
  }

  close(): void {
    this.pause();
    this.#restart();
  }

  /** The log has grown. */
  extend(extent: Extent): void {
    this.#extent = extent;
  }

  /** Goes to a place at once when it is in memory, otherwise as soon as it has been fetched. */
  async seek(target: Target): Promise<void> {
    const signal = this.#restart();
    const known = this.#known(target);
    if (!known && "at" in target) this.#position.set(this.#within(target.at));
    if (known) this.#show(known, "at" in target ? target.at : known.at);
    else await this.#while(signal, () => this.#fetchState(target, signal));
    if (signal.aborted || this.#mode.get().failure !== undefined) return;
    await this.#while(signal, () => this.#surroundings(signal), "in the background");
  }

  /** The thumb passes here: what is in memory is shown at once, and of the rest only what it comes to rest at for a moment. */
  scrub(at: number): void {
    const known = this.#known({ at });
    if (known) {
      this.#restart();
      this.#show(known, at);
      return;
    }
    this.#position.set(this.#within(at));
    const isPatient = this.#scrub && this.#clock.now() - this.#scrub.since < patienceMs;
    if (this.#scrub && isPatient) this.#scrub.next = at;
    else void this.#scrubTo(at);
  }

  async #scrubTo(at: number): Promise<void> {
    const signal = this.#restart();
    const scrub: { since: number; next: number | undefined } = { since: this.#clock.now(), next: undefined };
    this.#scrub = scrub;
    await this.#while(signal, () => this.#fetchState({ at }, signal));
    if (this.#scrub !== scrub) return;
    this.#scrub = undefined;
    if (scrub.next !== undefined) this.scrub(scrub.next);
  }

  play(): void {
    if (this.#mode.get().isPlaying) return;
    const hasFailed = this.#mode.get().failure !== undefined;
    this.#set({ isPlaying: true });
    if (this.isAtEnd && !this.#extent.isLive) void this.seek({ at: this.#extent.from });
    // What is shown is not what was asked for last.
    else if (hasFailed) void this.seek({ at: this.#position.get() });
    this.#lastFrame = this.#clock.now();
    this.#nextFrame();
  }

  pause(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    this.#set({ isPlaying: false, gap: undefined });
  }

  get isAtEnd(): boolean {
    return this.#shown.get().state.number >= this.#extent.head && this.#position.get() >= this.#extent.until;
  }

  setSpeed(speed: number): void {
    this.#set({ speed });
  }
  setSkipsIdle(skipsIdle: boolean): void {
    this.#set({ skipsIdle });
  }

  /** One speed up or down. */
  changeSpeed(by: 1 | -1): void {
    const index = speeds.findIndex((speed) => speed === this.#mode.get().speed);
    this.setSpeed(speeds[Math.min(speeds.length - 1, Math.max(0, index + by))] ?? 1);
  }

  /** So many milliseconds on, or back. */
  async skip(ms: number): Promise<void> {
    await this.seek({ at: this.#within(this.#position.get() + ms) });
  }

  /** Over one group of events, on or back. */
  async step(by: 1 | -1): Promise<void> {
    this.pause();
    const { number } = this.#shown.get().state;
    const find = (): Step =>
      by === 1 ? nextStep(number, this.#cache, this.#extent.head) : previousStep(number, this.#cache);
    await this.#seekFound(async (signal) => {
      let found = find();
      while ("missing" in found) {
        await this.#load(blockOf(found.missing), signal);
        if (!this.#cache.event(found.missing)) return undefined;
        found = find();
      }
      return found.to;
    });
  }

  /** To where the next run (or the one before) has ended. */
  async jumpToRun(by: 1 | -1): Promise<void> {
    const { number } = this.#shown.get().state;
    const { runs } = this.#extent;
    const candidates = by === 1 ? runs.filter((run) => run.number > number) : runs.toReversed();
    await this.#seekFound(async (signal) => {
      // The run under way has begun before, and ends after.
      const current = by === 1 ? runs.findLast((run) => run.number <= number) : undefined;
      for (const run of current ? [current, ...candidates] : candidates) {
        if (by === -1 && run.number >= number) continue;
        const end = await this.#endOfRun(run, signal);
        if (by === 1 ? end > number : end < number) return end;
      }
      return undefined;
    });
  }

  /** To where one run has ended. */
  async goToRun(run: RunMark): Promise<void> {
    await this.#seekFound((signal) => this.#endOfRun(run, signal));
  }

  /** Where a run's last event stands; where it began, when that is too far on. */
  async #endOfRun(run: RunMark, signal: AbortSignal): Promise<number> {
    await this.#load(blockOf(run.number), signal);
    const end = runEnd(run, this.#cache);
    if (end !== undefined) return end;
    await this.#load(blockOf(run.number) + 1, signal);
    return runEnd(run, this.#cache) ?? run.number;
  }

  async #seekFound(find: (signal: AbortSignal) => Promise<number | undefined>): Promise<void> {
    const signal = this.#restart();
    let found: number | undefined;
    await this.#while(signal, async () => {
      found = await find(signal);
    });
    if (found !== undefined && !signal.aborted) await this.seek({ number: found });
  }

  /** Gives up all that was being fetched for another place. */
  #restart(): AbortSignal {
    this.#work.abort();
    this.#work = new AbortController();
    this.#fetcher.restart();
    this.#scrub = undefined;
    this.#seeking = 0;
    this.#set({ isLoading: false, failure: undefined, gap: undefined });
    return this.#work.signal;
  }

  #known(target: Target): SessionState | undefined {
    const { head } = this.#extent;
    const number =
      "number" in target ? Math.min(target.number, head) : this.#cache.numberAt(this.#within(target.at), head);
    return number === undefined ? undefined : this.#cache.stateAt(number);
  }

  async #fetchState(target: Target, signal: AbortSignal): Promise<void> {
    const state = await this.#source.state(
      "at" in target ? { at: Math.round(this.#within(target.at)) } : target,
      signal,
    );
    if (signal.aborted) return;
    this.#cache.keep(state);
    this.#show(state, "at" in target ? target.at : state.at);
  }

  /** What playing on from here, going back and showing who wrote what all need. */
  async #surroundings(signal: AbortSignal): Promise<void> {
    const { number } = this.#shown.get().state;
    const [before, after] = [blockOf(Math.max(1, number)), blockOf(number + 1)];
    await Promise.all([this.#load(before, signal), this.#load(after, signal), this.#fetcher.startOf(before, signal)]);
    const { state } = this.#shown.get();
    if (!signal.aborted && state.number === number) this.#shown.set({ state, trace: traceAt(number, this.#cache) });
  }

  #load(block: number, signal: AbortSignal): Promise<void> {
    return this.#fetcher.load(block, this.#extent.head, signal);
  }

  /** Says while something is fetched that it is, and afterwards why it could not be. */
  async #while(signal: AbortSignal, fetch: () => Promise<void>, where?: "in the background"): Promise<void> {
    if (!where) this.#count(signal, 1);
    try {
      await fetch();
    } catch (failure) {
      if (signal.aborted) return;
      this.pause();
      this.#set({ failure });
    } finally {
      if (!where) this.#count(signal, -1);
    }
  }

  #count(signal: AbortSignal, by: 1 | -1): void {
    if (signal.aborted) return;
    this.#seeking += by;
    this.#set({ isLoading: this.#seeking > 0 });
  }

  #show(state: SessionState, at: number): void {
    this.#position.set(Math.max(this.#within(at), state.at));
    this.#shown.set({ state, trace: traceAt(state.number, this.#cache) });
  }

  #nextFrame(): void {
    this.#cancelFrame = this.#clock.frame(() => this.#frame());
  }

  #frame(): void {
    const now = this.#clock.now();
    const realMs = Math.min(longestFrameMs, now - this.#lastFrame);
    this.#lastFrame = now;
    // While a place is fetched, time stands still.
    if (this.#seeking === 0) this.#playFor(realMs);
    if (this.#mode.get().isPlaying) this.#nextFrame();
  }

  #playFor(realMs: number): void {
    const { state } = this.#shown.get();
    const { speed, skipsIdle } = this.#mode.get();
    const start: Place = { at: this.#position.get(), number: state.number };
    const { place, gap, isHungry } = advance(start, { realMs, speed, skipsIdle }, this.#cache, this.#extent);
    this.#foldTo(place.number);
    this.#position.set(this.#within(place.at));
    if (this.#mode.get().gap?.from !== gap?.from) this.#set({ gap });
    this.#fetchAhead(place.number, isHungry);
    if (place.number >= this.#extent.head && place.at >= this.#extent.until && !this.#extent.isLive) this.pause();
  }

  #foldTo(number: number): void {
    let { state, trace } = this.#shown.get();
    if (number === state.number) return;
    for (let next = state.number + 1; next <= number; next++) {
      const event = this.#cache.event(next);
      if (event) trace = follow(trace, event);
    }
    state = this.#cache.stateAfter(state, number);
    this.#shown.set({ state, trace });
  }

  #fetchAhead(number: number, isHungry: boolean): void {
    const last = Math.min(number + fetchAhead, this.#extent.head);
    if (last <= number) return;
    const missing = [number + 1, last].find((one) => !this.#cache.event(one));
    if (missing === undefined || this.#fetcher.isFetching(blockOf(missing))) return;
    const { signal } = this.#work;
    void this.#while(signal, () => this.#load(blockOf(missing), signal), isHungry ? undefined : "in the background");
  }

  #within(at: number): number {
    return Math.min(Math.max(at, this.#extent.from), this.#extent.until);
  }

  #set(change: Partial<PlayerMode>): void {
    this.#mode.set({ ...this.#mode.get(), ...change });
  }
}
