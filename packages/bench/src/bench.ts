/** What a figure has to be. */
export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** One figure: ours, and what was measured beside it in the same run (a floor, peers). */
export interface Row {
  readonly id: string;
  readonly unit: string;
  readonly ours: number;
  readonly others: Readonly<Record<string, number>>;
  /** Shown beside the figure, with whether it is met. */
  readonly target?: Target;
}

export interface BenchOptions {
  /** For tries: everything once and short. Its figures are no results. */
  readonly quick: boolean;
  /** Only these parts, where a bench has parts; all when empty. */
  readonly parts: readonly string[];
  /** How long a bench that has a soak soaks, instead of all else. */
  readonly soakMinutes?: number | undefined;
}

/** A bench says what it measures, and may tell how far it is. */
export interface Bench {
  readonly name: string;
  run(note: (text: string) => void, options: BenchOptions): Promise<Row[]>;
}

export function isMet({ ours, target }: Row): boolean | undefined {
  if (!target) return undefined;
  return "atMost" in target ? ours <= target.atMost : ours >= target.atLeast;
}

/** The p-th percentile (0–100) by nearest rank; there must be at least one value. */
export function percentile(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort();
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1));
  const value = sorted[rank];
  if (value === undefined) throw new Error("There is nothing to take a percentile of.");
  return value;
}

/** Two decimals are more than any of these measurements is good for. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
