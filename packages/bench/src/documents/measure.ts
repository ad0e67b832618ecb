import { readdirSync, readFileSync } from "node:fs";
import { percentile, type Row, rounded, type Target } from "../bench.ts";
import type { Typed } from "./load/crowd.ts";

/** Of the kernel's clock for processes' times; USER_HZ is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

export const p50 = (values: ArrayLike<number>): number => percentile(values, 50);
export const p99 = (values: ArrayLike<number>): number => percentile(values, 99);

export function row(options: {
  id: string;
  unit: string;
  ours: number;
  others?: Readonly<Record<string, number>>;
  target?: Target;
}): Row {
  const { ours, others = {}, ...rest } = options;
  const entries = Object.entries(others).map(([name, value]) => [name, rounded(value)]);
  return { ...rest, ours: rounded(ours), others: Object.fromEntries(entries) as Row["others"] };
}

/** One after the other: rounds of one crowd. A keystroke that never came counts as endless. */
export function joined(rounds: readonly Typed[]): { latencies: Float64Array; lags: Float64Array; keystrokes: number } {
  const endless = rounds.flatMap(({ missing }) => Array.from({ length: missing }, () => Number.POSITIVE_INFINITY));
  return {
    latencies: Float64Array.from([...rounds.flatMap(({ latencies }) => [...latencies]), ...endless]),
    lags: Float64Array.from(rounds.flatMap(({ lags }) => [...lags])),
    keystrokes: rounds.reduce((sum, { keystrokes }) => sum + keystrokes, 0),
  };
}

/** Fields of /proc/PID/stat after the command's name, proc_pid_stat(5); none when there is no such process any more. */
function statOf(pid: number | string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

const secondsOf = (ticks: readonly string[]): number =>
  ticks.reduce((sum, each) => sum + Number(each), 0) / ticksPerSecond;

/** What a process and its children, living and dead, have used of a core so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const children = readdirSync("/proc").map((entry) => (/^\d+$/.test(entry) ? statOf(entry) : []));
  const living = children.filter(([, parent]) => parent === String(pid));
  const own = statOf(pid).slice(11, 15); // its user and system time, and those of children that have ended
  return living.reduce((sum, stat) => sum + secondsOf(stat.slice(11, 13)), secondsOf(own));
}
