import { readdirSync, readFileSync } from "node:fs";

/** These processes and their children, as they are now. */
export function withChildren(pids: readonly number[]): number[] {
  const parentOf = (pid: number): number => {
    try {
      return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
    } catch {
      return 0; // it has ended meanwhile
    }
  };
  const all = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return [...pids, ...all.map(Number).filter((pid) => pids.includes(parentOf(pid)))];
}

/** What these processes have run on a core so far, in milliseconds: to the nanosecond, by Linux's scheduler (schedstat). */
export function cpuTimeMs(pids: readonly number[]): number {
  let nanoseconds = 0;
  for (const pid of pids)
    for (const thread of readdirSync(`/proc/${pid}/task`))
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  return nanoseconds / 1e6;
}
