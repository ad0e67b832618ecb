import { TestJudge } from "../../../../services/executor/src/testing/test-judge.ts";
import type { Bench, Row, Target } from "../bench.ts";
import { measureCompiled } from "./compiled.ts";
import { measureHttp } from "./http.ts";
import { measureIdleMemory } from "./idle-memory.ts";
import { measureKills } from "./kills.ts";
import { measureGradedInARow, measureOverheads } from "./overheads.ts";
import { measureRates } from "./rates.ts";

const createJudge = (): Promise<TestJudge> => TestJudge.create(["python", "cpp", "java"]);

/** What these figures have to be, in the units they are given in. */
const targets: Readonly<Record<string, Target>> = {
  "overhead-run": { atMost: 5 },
  "overhead-graded": { atMost: 5 },
  "overhead-case": { atMost: 2 },
  "python-http": { atMost: 25 },
  "python-rate": { atLeast: 100 },
  "python-rate-fresh": { atLeast: 0.7 },
  cpp: { atMost: 300 },
  java: { atMost: 300 },
  kill: { atMost: 20 },
  "cases-100": { atMost: 1.2 },
  "idle-memory": { atMost: 5 },
};

/** In the order in which they are measured. */
const parts: Readonly<Record<string, (below: TestJudge) => Promise<Row[]>>> = {
  overheads: async (below) => [...(await measureOverheads(below)), await measureGradedInARow(below)],
  http: () => measureHttp(),
  rates: (below) => measureRates(below),
  compiled: (below) => measureCompiled(below),
  kills: (below) => measureKills(below),
  memory: () => measureIdleMemory(createJudge),
};

function withTarget(row: Row): Row {
  const target = targets[row.id];
  return target ? { ...row, target } : row;
}

/** The judge on the machine's default runtime: below its queue, and through its whole HTTP API. */
export const judge: Bench = {
  name: "judge",
  run: async (note, { parts: wanted }) => {
    const unknown = wanted.filter((part) => !Object.hasOwn(parts, part));
    if (unknown.length > 0)
      throw new Error(`There is no part ${unknown.join(", ")}. There are: ${Object.keys(parts).join(", ")}.`);
    note("images, where they are missing");
    const below = await createJudge();
    try {
      const rows: Row[] = [];
      for (const [name, measure] of Object.entries(parts)) {
        if (wanted.length > 0 && !wanted.includes(name)) continue;
        note(name);
        rows.push(...(await measure(below)));
      }
      return rows.map(withTarget);
    } finally {
      await below.close();
    }
  },
};
