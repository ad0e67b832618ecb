import { percentile, type Row, rounded } from "../bench.ts";

/** What every row of Python runs. */
export const hello = "print('Hello, world!')\n";
export const barePython = ["/usr/bin/python3", "main.py"] as const;
/** One trust domain, as a session or a key has. */
export const trustDomain = "session:bench";

/** Milliseconds. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

/** Does so many, some at once; how many a second. */
export async function rate(runs: number, atOnce: number, act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let left = runs;
  const work = async (): Promise<void> => {
    while (left-- > 0) await act();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return runs / ((performance.now() - start) / 1000);
}

export const p50 = (values: readonly number[]): number => percentile(values, 50);
export const p95 = (values: readonly number[]): number => percentile(values, 95);

export function row(id: string, unit: string, ours: number, others: Readonly<Record<string, number>>): Row {
  const entries = Object.entries(others).map(([name, value]) => [name, rounded(value)]);
  return { id, unit, ours: rounded(ours), others: Object.fromEntries(entries) as Row["others"] };
}
