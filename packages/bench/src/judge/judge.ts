import { TestJudge } from "../../../../services/executor/src/testing/test-judge.ts";
import { type Bench, percentile, type Row, rounded } from "../bench.ts";
import { measureBareCommands, measureBareContainers, measureBarePython, measureMemory } from "./engine.ts";

const hello = "print('Hello, world!')\n";
const cpp = `#include <bits/stdc++.h>
using namespace std;
int main() { int a, b; cin >> a >> b; cout << a + b << "\\n"; }
`;
const java = `public class Main {
    public static void main(String[] args) {
        System.out.println("Hello, world!");
    }
}
`;
const busy = "while True: pass\n";

/** One trust domain, as a session has. */
const trustDomain = "session:bench";

async function times(count: number, act: (index: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await act(index);
    taken.push(performance.now() - start);
  }
  return taken;
}

async function rate(runs: number, atOnce: number, act: (index: number) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < runs) await act(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return runs / ((performance.now() - start) / 1000);
}

const p50 = (values: readonly number[]): number => percentile(values, 50);
const row = (id: string, unit: string, ours: number, others: Readonly<Record<string, number>>): Row => ({
  id,
  unit,
  ours: rounded(ours),
  others: Object.fromEntries(Object.entries(others).map(([name, value]) => [name, rounded(value)])),
});

/** Overheads: the same program bare, free, as the only case of a graded run, and as one of a hundred. */
async function measureOverheads(judge: TestJudge): Promise<Row[]> {
  const cases = (count: number) => Array.from({ length: count }, () => ["", "Hello, world!\n"] as const);
  const grade = (count: number) => judge.grade({ language: "python", source: hello, trustDomain, cases: cases(count) });
  const run = () => judge.run({ language: "python", source: hello, trustDomain });
  await times(5, run);
  // Interleaved, so that a noisy minute is noisy for all of them.
  const rounds = 5;
  const all = { bare: [] as number[], free: [] as number[], one: [] as number[], hundred: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    all.bare.push(...(await measureBarePython(hello, 40)));
    all.free.push(...(await times(20, run)));
    all.one.push(...(await times(4, () => grade(1))));
    all.hundred.push(...(await times(1, () => grade(100))));
  }
  const bare = p50(all.bare);
  const perCase = (p50(all.hundred) - p50(all.one)) / 99;
  return [
    row("overhead-run", "ms", p50(all.free) - bare, { bare }),
    row("overhead-graded", "ms", p50(all.one) - bare, { bare }),
    row("overhead-case", "ms", perCase - bare, { bare }),
    row("cases-100", "of 100 bare", p50(all.hundred) / (100 * bare), { "bare-ms": bare * 100 }),
  ];
}

async function measureRates(judge: TestJudge): Promise<Row[]> {
  const one = await rate(200, 4, () => judge.run({ language: "python", source: hello, trustDomain }));
  const bare = 1000 / p50(await measureBarePython(hello, 100));
  const fresh = await rate(40, 4, () => judge.run({ language: "python", source: hello }));
  const containers = await measureBareContainers(hello, { runs: 40, atOnce: 4 });
  return [
    row("python-rate", "runs/s", one, { "bare-one-after-another": bare }),
    row("python-rate-fresh", "of bare containers", fresh / containers, { fresh, containers }),
  ];
}

async function measureCompiled(judge: TestJudge): Promise<Row[]> {
  const ours = async (language: "cpp" | "java", source: string): Promise<number> =>
    p50((await times(11, () => judge.run({ language, source, stdin: "1 2\n", trustDomain }))).slice(1));
  const bareCpp = await measureBareCommands({
    family: "c-family",
    files: { "main.cpp": cpp, "in.txt": "1 2" },
    command: "g++ -O2 -std=gnu++20 main.cpp -o main && ./main < in.txt",
    times: 5,
  });
  const bareJava = await measureBareCommands({
    family: "java",
    files: { "Main.java": java },
    command: "javac Main.java && java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 Main",
    times: 5,
  });
  return [
    row("cpp", "ms", await ours("cpp", cpp), { bare: p50(bareCpp) }),
    row("java", "ms", await ours("java", java), { bare: p50(bareJava) }),
  ];
}

async function measureKill(judge: TestJudge): Promise<Row> {
  const limits = { cpuMs: 300, wallMs: 5_000 };
  const late: number[] = [];
  for (let index = 0; index < 30; index++) {
    const end = await judge.run({ language: "python", source: busy, trustDomain, limits });
    late.push((end.cpuMs ?? 0) - limits.cpuMs);
  }
  return row("kill", "ms", percentile(late, 95), { p50: p50(late) });
}

async function measureIdle(judge: TestJudge): Promise<Row> {
  const found = await Promise.all((await judge.containerIds()).map((id) => measureMemory(id)));
  const most = (of: (one: { cgroup: number; shim: number }) => number): number => Math.max(...found.map(of));
  return row(
    "idle-memory",
    "MB",
    most(({ cgroup }) => cgroup),
    { "engine-shim": most(({ shim }) => shim) },
  );
}

/** The judge below its queue, on the machine's default runtime. */
export const judge: Bench = {
  name: "judge",
  run: async (note) => {
    note("images, where they are missing");
    const below = await TestJudge.create(["python", "cpp", "java"]);
    try {
      note("overheads");
      const overheads = await measureOverheads(below);
      note("rates");
      const rates = await measureRates(below);
      note("compiled languages");
      const compiled = await measureCompiled(below);
      note("kills");
      const kill = await measureKill(below);
      return [...overheads, ...rates, ...compiled, kill, await measureIdle(below)];
    } finally {
      await below.close();
    }
  },
};
