import type { Family } from "../runtimes.ts";

/** A family that was found empty has one more kept warm, up to so many more than the usual number. */
const mostExtra = 4;
/** Every so long without being found empty, one of these goes again. */
const extraForMs = 60_000;

/** What a pool remembers of a family. */
interface Demand {
  takenAt: number;
  lackedAt: number;
  extra: number;
}

/**
 * How many sandboxes of each family are worth keeping warm: the usual number, and more of what was lacking lately. All
 * together they stay within a budget; those that were taken most recently come first, so that a machine which offers
 * thirty languages keeps the few warm that people use. Times are milliseconds of one clock.
 */
export class WarmPlan {
  readonly #usual: number;
  readonly #budget: number;
  readonly #demands = new Map<Family, Demand>();

  constructor(options: { usual: number; budget: number }) {
    this.#usual = options.usual;
    this.#budget = options.budget;
  }

  /** From now on the family is one to be kept warm. */
  add(family: Family): void {
    if (!this.#demands.has(family)) this.#demands.set(family, { takenAt: 0, lackedAt: 0, extra: 0 });
  }

  /** One was taken; `lacked` when there was none that was warm. */
  took(family: Family, lacked: boolean, now: number): void {
    const demand = this.#demands.get(family);
    if (!demand) return;
    demand.takenAt = now;
    if (!lacked) return;
    demand.extra = Math.min(mostExtra, this.#extra(demand, now) + 1);
    demand.lackedAt = now;
  }

  /** Whether it was found empty so lately that the next one cannot wait. */
  isLacking(family: Family, now: number): boolean {
    const demand = this.#demands.get(family);
    return demand !== undefined && this.#extra(demand, now) > 0;
  }

  /** The families in the order in which they are to be served, each with the number that should be warm. */
  wanted(now: number): Map<Family, number> {
    let left = this.#budget;
    const plan = new Map<Family, number>();
    for (const [family, demand] of [...this.#demands].toSorted(([, one], [, two]) => two.takenAt - one.takenAt)) {
      const count = Math.min(left, this.#usual + (this.#usual > 0 ? this.#extra(demand, now) : 0));
      plan.set(family, count);
      left -= count;
    }
    return plan;
  }

  #extra(demand: Demand, now: number): number {
    return Math.max(0, demand.extra - Math.floor((now - demand.lackedAt) / extraForMs));
  }
}
