import { readFileSync } from "node:fs";

/** The kernel's count of what the machine's processors did, in ticks: all of it, and what a hypervisor gave to others. */
export interface Ticks {
  readonly all: number;
  readonly stolen: number;
}

export function readTicks(): Ticks {
  const [first = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  // user, nice, system, idle, iowait, irq, softirq, steal: proc_stat(5). What follows is counted in them.
  const ticks = first.split(/\s+/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7] ?? 0 };
}

/** The share of the machine's time since then that a hypervisor gave to others while somebody here wanted it. */
export function stolenSince(before: Ticks): number {
  const { all, stolen } = readTicks();
  return all === before.all ? 0 : (stolen - before.stolen) / (all - before.all);
}

/** What is measured while a hypervisor gives more of the machine to others measures the others. */
const stolenAtMost = 0.02;

/** Something that was measured, and the share of the machine's time that was stolen meanwhile. */
export interface Played<T> {
  readonly of: T;
  readonly stolen: number;
}

/** Measures something, and what was stolen while it lasted. */
export async function countStolen<T>(measure: () => Promise<T>): Promise<Played<T>> {
  const ticks = readTicks();
  const of = await measure();
  return { of, stolen: stolenSince(ticks) };
}

/** Plays again, so many times at the most, while too much was stolen. @returns the calmest, whatever it measured */
export async function playCalmly<T>(attempts: number, play: () => Promise<Played<T>>): Promise<Played<T>> {
  let calmest = await play();
  for (let attempt = 1; attempt < attempts && calmest.stolen > stolenAtMost; attempt++) {
    const played = await play();
    if (played.stolen < calmest.stolen) calmest = played;
  }
  return calmest;
}
