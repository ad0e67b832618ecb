import type { TestJudge } from "../../../../services/executor/src/testing/test-judge.ts";
import type { Row } from "../bench.ts";
import { p50, p95, row, timed, trustDomain } from "./measure.ts";

const busy = "while True: pass\n";
/** Sixty-four processes in all, each as busy as it can be, or asleep. */
const crowd = (act: string): string => `import os, time
for _ in range(6): os.fork()
while True: ${act}
`;
const times = 30;
const wallMs = 800;

/** How far beyond its limit a killed run was, by the CPU time it is charged with. */
async function measureCpu(judge: TestJudge): Promise<Row> {
  const limits = { cpuMs: 300, wallMs: 5_000 };
  const late: number[] = [];
  for (let index = 0; index < times; index++) {
    const end = await judge.carryOut(judge.freeJob({ language: "python", source: busy, trustDomain, limits }));
    if (end.outcome !== "time-limit") throw new Error(`A busy program came to "${end.outcome}".`);
    late.push((end.cpuMs ?? 0) - limits.cpuMs);
  }
  return row("kill", "ms", p95(late), { p50: p50(late) });
}

/** From the limit until whoever waits for the run is told that it ended, with nothing of it left; by their clock. */
async function measureWall(judge: TestJudge, id: string, source: string): Promise<Row> {
  const limits = { cpuMs: 60_000, wallMs, processes: 80 };
  const late: number[] = [];
  for (let index = 0; index < times; index++) {
    const job = judge.freeJob({ language: "python", source, trustDomain, limits });
    const taken = await timed(async () => {
      const end = await judge.carryOut(job);
      if (end.outcome !== "time-limit") throw new Error(`A program that stays came to "${end.outcome}".`);
    });
    late.push(taken - wallMs);
  }
  return row(id, "ms", p95(late), { p50: p50(late) });
}

export async function measureKills(judge: TestJudge): Promise<Row[]> {
  return [
    await measureCpu(judge),
    await measureWall(judge, "kill-wall", busy),
    await measureWall(judge, "kill-64-busy", crowd("pass")),
    await measureWall(judge, "kill-64-asleep", crowd("time.sleep(60)")),
  ];
}
