import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Family } from "../runtimes.ts";
import type { Sandbox } from "./sandbox.ts";

/** After a take, the next warm sandbox waits this long to be made: the run that just began has the machine first. */
const refillAfterMs = 300;
/** A family that was found empty keeps more of them warm for this long. */
const busyForMs = 5 * 60_000;
/** So many more than the usual number. */
const extraWarm = 1;

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

export interface PoolOptions {
  readonly start: (family: Family) => Promise<Sandbox>;
  readonly logger: Logger;
  /** Sandboxes kept warm for each family. */
  readonly warm: number;
  /** Sandboxes in all; only runs that are all going on at once can exceed it. */
  readonly max: number;
  /** An idle sandbox of a trust domain is removed after this long. */
  readonly idleMs: number;
}

/**
 * Sandboxes ready to run: warm ones that nobody has used, and those that belong to a trust domain. One that a domain has
 * taken is never handed to another; within the domain it is used again only after the supervisor found it clean.
 */
export class SandboxPool {
  readonly #options: PoolOptions;
  readonly #entries = new Set<Entry>();
  readonly #warmable = new Set<Family>();
  readonly #lackedAt = new Map<Family, number>();
  readonly #timer: NodeJS.Timeout;
  #starting = 0;
  #filling: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#removeIdle(), Math.min(options.idleMs, 15_000));
    this.#timer.unref();
  }

  /** How many sandboxes there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many sandboxes there are of each family in each state. */
  stats(): { readonly family: Family; readonly state: Entry["state"]; readonly count: number }[] {
    const counts = new Map<string, { family: Family; state: Entry["state"]; count: number }>();
    for (const { family, state } of this.#entries) {
      const key = `${family} ${state}`;
      const row = counts.get(key) ?? { family, state, count: 0 };
      counts.set(key, { ...row, count: row.count + 1 });
    }
    return [...counts.values()];
  }

  /** Keeps this family warm from now on. */
  keepWarm(family: Family): void {
    this.#warmable.add(family);
    this.#refill(family);
  }

  /** A sandbox for a run of this trust domain: its own, or a warm one, or a new one; with `fresh`, none that has ever run. */
  async take(wanted: { family: Family; trustDomain: string; fresh?: boolean }): Promise<Sandbox> {
    const isOwn = (entry: Entry): boolean => entry.trustDomain === wanted.trustDomain && !wanted.fresh;
    const own = this.#find(wanted.family, (entry) => isOwn(entry) && entry.state === "idle");
    if (own) return this.#use(own, wanted.trustDomain);
    const almost = this.#find(wanted.family, (entry) => isOwn(entry) && entry.state === "wiping");
    if (almost) {
      await almost.wiped;
      return this.take(wanted);
    }
    const warm = this.#find(wanted.family, (entry) => entry.state === "warm");
    setTimeout(() => this.#refill(wanted.family), refillAfterMs).unref();
    if (warm) return this.#use(warm, wanted.trustDomain);
    this.#lackedAt.set(wanted.family, Date.now());
    return this.#use(await this.#start(wanted.family), wanted.trustDomain);
  }

  /** Gives a sandbox back after a run: it is wiped, and stays its domain's; or removed, if that fails. */
  giveBack(sandbox: Sandbox): void {
    const entry = [...this.#entries].find((candidate) => candidate.sandbox === sandbox);
    if (!entry) return;
    if (!sandbox.usable) {
      this.#remove(entry);
      return;
    }
    entry.state = "wiping";
    entry.wiped = sandbox.wipe().then(
      () => {
        entry.state = "idle";
        entry.usedAt = Date.now();
      },
      (error: unknown) => {
        this.#options.logger.warn({ err: error, containerId: sandbox.containerId }, "A sandbox is thrown away");
        this.#remove(entry);
      },
    );
  }

  /** Removes every sandbox. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#filling;
    const all = [...this.#entries];
    this.#entries.clear();
    await Promise.allSettled(all.map((entry) => entry.sandbox.close()));
  }

  #find(family: Family, fits: (entry: Entry) => boolean): Entry | undefined {
    let latest: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.family !== family || !entry.sandbox.usable || !fits(entry)) continue;
      if (!latest || entry.usedAt > latest.usedAt) latest = entry;
    }
    return latest;
  }

  #use(entry: Entry, trustDomain: string): Sandbox {
    entry.trustDomain = trustDomain;
    entry.state = "busy";
    entry.usedAt = Date.now();
    return entry.sandbox;
  }

  async #start(family: Family): Promise<Entry> {
    this.#makeRoom();
    this.#starting += 1;
    try {
      const sandbox = await this.#options.start(family);
      const entry: Entry = {
        sandbox,
        family,
        trustDomain: undefined,
        state: "warm",
        wiped: Promise.resolve(),
        usedAt: Date.now(),
      };
      this.#entries.add(entry);
      sandbox.onBroken(() => this.#lose(entry));
      if (this.#closed) this.#remove(entry);
      return entry;
    } finally {
      this.#starting -= 1;
    }
  }

  /** Removes whoever can best be missed, when there are as many as there may be: a domain's idle one first. */
  #makeRoom(): void {
    if (this.#entries.size + this.#starting < this.#options.max) return;
    const oldest = (state: Entry["state"]): Entry | undefined =>
      [...this.#entries].filter((entry) => entry.state === state).toSorted((one, two) => one.usedAt - two.usedAt)[0];
    const victim = oldest("idle") ?? oldest("warm");
    if (victim) this.#remove(victim);
  }

  #removeIdle(): void {
    const before = Date.now() - this.#options.idleMs;
    for (const entry of this.#entries) if (entry.state === "idle" && entry.usedAt < before) this.#remove(entry);
  }

  /** A busy one is given back by whoever uses it, who sees the same loss. */
  #lose(entry: Entry): void {
    this.#options.logger.warn({ containerId: entry.sandbox.containerId, state: entry.state }, "A sandbox was lost");
    if (entry.state !== "busy") this.#remove(entry);
    if (entry.state === "warm") setTimeout(() => this.#refill(entry.family), refillAfterMs).unref();
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry);
    entry.sandbox.close().catch((error: unknown) => {
      this.#options.logger.warn(
        { err: error, containerId: entry.sandbox.containerId },
        "A sandbox could not be removed",
      );
    });
  }

  #wantedWarm(family: Family): number {
    const lackedAt = this.#lackedAt.get(family);
    const busy = lackedAt !== undefined && Date.now() - lackedAt < busyForMs;
    return this.#options.warm + (busy ? extraWarm : 0);
  }

  /** Makes warm sandboxes one after the other, as many as are wanted and there is room for. */
  #refill(family: Family): void {
    this.#filling = this.#filling.then(async () => {
      const warm = (): number =>
        [...this.#entries].filter((entry) => entry.family === family && entry.state === "warm").length;
      while (!this.#closed && this.#warmable.has(family) && warm() < this.#wantedWarm(family)) {
        if (this.#entries.size + this.#starting >= this.#options.max) return;
        try {
          await this.#start(family);
        } catch (error) {
          this.#options.logger.warn({ err: error, family }, "A warm sandbox could not be started");
          return;
        }
      }
    });
  }
}
