/** One figure: ours, and what was measured beside it in the same run (a floor, peers). */
export interface Row {
  readonly id: string;
  readonly unit: string;
  readonly ours: number;
  readonly others: Readonly<Record<string, number>>;
}

/** A bench says what it measures, and may tell how far it is. */
export interface Bench {
  readonly name: string;
  run(note: (text: string) => void): Promise<Row[]>;
}

/** The p-th percentile (0–100) by nearest rank; there must be at least one value. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1));
  const value = sorted[rank];
  if (value === undefined) throw new Error("There is nothing to take a percentile of.");
  return value;
}

/** Two decimals are more than any of these measurements is good for. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
