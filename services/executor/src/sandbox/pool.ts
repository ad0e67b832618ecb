import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Family } from "../runtimes.ts";
import { RunError } from "../run/run-error.ts";
import type { Sandbox } from "./sandbox.ts";
import { WarmPlan } from "./warm-plan.ts";

/** After a take, the next warm sandbox waits this long to be made, unless they are lacking: the run has the machine first. */
const refillAfterMs = 300;
/** Warm ones that are being made at once; what a run waits for comes on top. */
const maxRefilling = 2;
/** How often the pool looks for what nobody needs any more. */
const lookEveryMs = 15_000;

interface Entry {
  readonly sandbox: Sandbox;
  readonly family: Family;
  /** Whose it is, for good; undefined while it is warm and nobody's. */
  trustDomain: string | undefined;
  state: "warm" | "busy" | "wiping" | "idle";
  /** While it is being wiped; resolves in either case. */
  wiped: Promise<void>;
  usedAt: number;
}

interface Wanted {
  readonly family: Family;
  readonly trustDomain: string;
  /** Whether it must be one that has never run anything. */
  readonly fresh?: boolean;
}

interface Waiter extends Wanted {
  readonly resolve: (sandbox: Sandbox) => void;
  readonly reject: (error: unknown) => void;
}

export interface PoolCount {
  readonly family: Family;
  readonly state: Entry["state"] | "starting";
  readonly count: number;
}

export interface PoolOptions {
  readonly start: (family: Family) => Promise<Sandbox>;
  readonly logger: Logger;
  /** Sandboxes kept warm for each family; half of `max` is the most for all of them. */
  readonly warm: number;
  /** Sandboxes in all; only runs that are all going on at once can exceed it. */
  readonly max: number;
  /** Sandboxes of a family that one trust domain keeps between its runs; 4 when absent. */
  readonly maxIdlePerDomain?: number;
  /** An idle sandbox of a trust domain is removed after this long. */
  readonly idleMs: number;
}

/**
 * Sandboxes ready to run: warm ones that nobody has used, and those that belong to a trust domain. One that a domain has
 * taken is never handed to another; within the domain it is used again only after the supervisor found it clean.
 *
 * Whoever finds none waits in a queue, and for each who waits there is one being started: they get what comes first, a
 * new sandbox or their domain's own.
 */
export class SandboxPool {
  readonly #options: PoolOptions;
  readonly #plan: WarmPlan;
  readonly #entries = new Map<Sandbox, Entry>();
  readonly #waiters: Waiter[] = [];
  readonly #starting = new Map<Family, number>();
  readonly #starts = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#plan = new WarmPlan({ usual: options.warm, budget: Math.max(1, Math.floor(options.max / 2)) });
    this.#timer = setInterval(() => this.#tidy(), Math.min(options.idleMs, lookEveryMs));
    this.#timer.unref();
  }

  /** How many sandboxes there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many sandboxes there are of each family in each state. */
  stats(): PoolCount[] {
    const counts = new Map<string, PoolCount>();
    for (const { family, state } of this.#entries.values()) {
      const key = `${family} ${state}`;
      counts.set(key, { family, state, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    const starting = [...this.#starting].filter(([, count]) => count > 0);
    return [...counts.values(), ...starting.map(([family, count]) => ({ family, state: "starting" as const, count }))];
  }

  /** Keeps this family warm from now on, as far as there is room. */
  keepWarm(family: Family): void {
    this.#plan.add(family);
    this.#refill();
  }

  /** A sandbox for a run of this trust domain: its own, or a warm one, or a new one; with `fresh`, none that has ever run. */
  async take(wanted: Wanted): Promise<Sandbox> {
    const own = this.#find("idle", wanted);
    if (own) return this.#use(own, wanted);
    const almost = this.#find("wiping", wanted);
    if (almost) {
      // About a millisecond, which is less than anything else takes.
      await almost.wiped;
      return this.take(wanted);
    }
    const warm = this.#find("warm", wanted);
    this.#plan.took(wanted.family, !warm, Date.now());
    const refillIn = this.#plan.isLacking(wanted.family, Date.now()) ? 0 : refillAfterMs;
    setTimeout(() => this.#refill(), refillIn).unref();
    return warm ? this.#use(warm, wanted) : this.#wait(wanted);
  }

  /** Gives a sandbox back after a run: it is wiped, and stays its domain's; or removed, if that fails. */
  giveBack(sandbox: Sandbox): void {
    const entry = this.#entries.get(sandbox);
    if (!entry || entry.state !== "busy") return;
    if (!sandbox.reusable || this.#hasEnough(entry)) {
      this.#remove(entry);
      return;
    }
    if (!sandbox.hasRun) {
      // It came too late for its run, and nobody has been in it.
      entry.trustDomain = undefined;
      this.#offer(entry, "warm");
      return;
    }
    entry.state = "wiping";
    entry.wiped = sandbox.wipe().then(
      () => this.#offer(entry, "idle"),
      (error: unknown) => {
        this.#options.logger.warn({ err: error, containerId: sandbox.containerId }, "A sandbox is thrown away");
        this.#remove(entry);
      },
    );
  }

  /** Removes every sandbox. Whoever waits for one is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(new RunError("sandbox-lost", "The pool is closed."));
    await Promise.all(this.#starts);
    const all = [...this.#entries.keys()];
    this.#entries.clear();
    await Promise.allSettled(all.map((sandbox) => sandbox.close()));
  }

  #find(state: Entry["state"], wanted: Wanted): Entry | undefined {
    let latest: Entry | undefined;
    for (const entry of this.#entries.values()) {
      if (entry.state !== state || !entry.sandbox.usable || !suits(entry, wanted)) continue;
      if (!latest || entry.usedAt > latest.usedAt) latest = entry;
    }
    return latest;
  }

  #use(entry: Entry, wanted: Wanted): Sandbox {
    entry.trustDomain = wanted.trustDomain;
    entry.state = "busy";
    entry.usedAt = Date.now();
    return entry.sandbox;
  }

  #wait(wanted: Wanted): Promise<Sandbox> {
    if (this.#closed) return Promise.reject(new RunError("sandbox-lost", "The pool is closed."));
    return new Promise((resolve, reject) => {
      this.#waiters.push({ ...wanted, resolve, reject });
      if (this.#startsOf(wanted.family) < this.#waitersOf(wanted.family)) this.#start(wanted.family);
    });
  }

  /** Hands a sandbox that has become free to whoever waited longest for one like it. */
  #offer(entry: Entry, state: "warm" | "idle"): void {
    if (!this.#entries.has(entry.sandbox)) return;
    entry.state = state;
    entry.usedAt = Date.now();
    const index = this.#waiters.findIndex((waiter) => suits(entry, waiter));
    const [waiter] = index === -1 ? [] : this.#waiters.splice(index, 1);
    if (waiter) waiter.resolve(this.#use(entry, waiter));
  }

  #start(family: Family): void {
    this.#makeRoom();
    this.#starting.set(family, this.#startsOf(family) + 1);
    const start = this.#startOne(family).finally(() => this.#starts.delete(start));
    this.#starts.add(start);
  }

  async #startOne(family: Family): Promise<void> {
    let failure: { error: unknown } | undefined;
    let sandbox: Sandbox | undefined;
    try {
      sandbox = await this.#options.start(family);
    } catch (error) {
      failure = { error };
    }
    this.#starting.set(family, this.#startsOf(family) - 1);
    if (sandbox) this.#add(sandbox, family);
    if (failure) this.#fail(family, failure.error);
    else this.#refill();
  }

  #add(sandbox: Sandbox, family: Family): void {
    const entry: Entry = {
      sandbox,
      family,
      trustDomain: undefined,
      state: "warm",
      wiped: Promise.resolve(),
      usedAt: Date.now(),
    };
    this.#entries.set(sandbox, entry);
    sandbox.onBroken(() => this.#lose(entry));
    if (this.#closed) this.#remove(entry);
    else this.#offer(entry, "warm");
  }

  /** A failed start is told to whoever waited longest; it was made for them, or for nobody. */
  #fail(family: Family, error: unknown): void {
    if (this.#waitersOf(family) <= this.#startsOf(family)) {
      this.#options.logger.warn({ err: error, family }, "A warm sandbox could not be started");
      return;
    }
    const index = this.#waiters.findIndex((waiter) => waiter.family === family);
    this.#waiters.splice(index, 1)[0]?.reject(error);
  }

  /** Whether its domain keeps as many as it may without this one. */
  #hasEnough({ family, trustDomain }: Entry): boolean {
    let kept = 0;
    for (const other of this.#entries.values()) {
      const isResting = other.state === "idle" || other.state === "wiping";
      if (isResting && other.family === family && other.trustDomain === trustDomain) kept += 1;
    }
    return kept >= (this.#options.maxIdlePerDomain ?? 4);
  }

  /** Removes whoever can best be missed, when there are as many as there may be: a domain's idle one first. */
  #makeRoom(): void {
    if (this.#hasRoom()) return;
    const victim = this.#oldest("idle") ?? this.#oldest("warm");
    if (victim) this.#remove(victim);
  }

  #hasRoom(): boolean {
    return this.#entries.size + this.#startsInAll() < this.#options.max;
  }

  #oldest(state: Entry["state"]): Entry | undefined {
    const all = [...this.#entries.values()].filter((entry) => entry.state === state);
    return all.toSorted((one, two) => one.usedAt - two.usedAt)[0];
  }

  #startsOf(family: Family): number {
    return this.#starting.get(family) ?? 0;
  }

  #startsInAll(): number {
    return [...this.#starting.values()].reduce((sum, count) => sum + count, 0);
  }

  #waitersOf(family: Family): number {
    return this.#waiters.filter((waiter) => waiter.family === family).length;
  }

  /** Removes what has been idle for long, and what is warm beyond the plan. */
  #tidy(): void {
    const before = Date.now() - this.#options.idleMs;
    for (const entry of this.#entries.values())
      if (entry.state === "idle" && entry.usedAt < before) this.#remove(entry);
    for (const [family, count] of this.#plan.wanted(Date.now())) {
      for (const entry of this.#warm(family).slice(count)) this.#remove(entry);
    }
    this.#refill();
  }

  #warm(family: Family): Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.family === family && entry.state === "warm");
  }

  /** A busy one is given back by whoever uses it, who sees the same loss. */
  #lose(entry: Entry): void {
    this.#options.logger.warn({ containerId: entry.sandbox.containerId, state: entry.state }, "A sandbox was lost");
    if (entry.state === "busy") return;
    this.#remove(entry);
    setTimeout(() => this.#refill(), refillAfterMs).unref();
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.sandbox);
    entry.sandbox.close().catch((error: unknown) => {
      this.#options.logger.warn(
        { err: error, containerId: entry.sandbox.containerId },
        "A sandbox could not be removed",
      );
    });
  }

  /**
   * Starts what the plan wants, a few at once; each that is ready calls for the next. Where there is no room left, the
   * domain that has rested longest makes it: the plan keeps half of the pool for them.
   */
  #refill(): void {
    if (this.#closed) return;
    for (const [family, count] of this.#plan.wanted(Date.now())) {
      let missing = count - this.#warm(family).length - (this.#startsOf(family) - this.#waitersOf(family));
      while (missing-- > 0) {
        if (this.#startsInAll() - this.#waiters.length >= maxRefilling) return;
        if (!this.#hasRoom() && !this.#oldest("idle")) return;
        this.#start(family);
      }
    }
  }
}

/** Whether a sandbox may be given to whoever wants one. */
function suits(entry: Entry, wanted: Wanted): boolean {
  if (entry.family !== wanted.family) return false;
  if (entry.trustDomain === undefined) return !entry.sandbox.hasRun;
  return entry.trustDomain === wanted.trustDomain && (!wanted.fresh || !entry.sandbox.hasRun);
}
