import { TestJudge } from "../../../../services/executor/src/testing/test-judge.ts";
import type { Bench } from "../bench.ts";
import { measureCompiled } from "./compiled.ts";
import { measureHttp } from "./http.ts";
import { measureIdleMemory } from "./idle-memory.ts";
import { measureKills } from "./kills.ts";
import { measureGradedInARow, measureOverheads } from "./overheads.ts";
import { measureRates } from "./rates.ts";

const createJudge = (): Promise<TestJudge> => TestJudge.create(["python", "cpp", "java"]);

/** The judge on the machine's default runtime: below its queue, and through its whole HTTP API. */
export const judge: Bench = {
  name: "judge",
  run: async (note) => {
    note("images, where they are missing");
    const below = await createJudge();
    try {
      note("overheads");
      const overheads = [...(await measureOverheads(below)), await measureGradedInARow(below)];
      note("HTTP");
      const http = await measureHttp();
      note("rates");
      const rates = await measureRates(below);
      note("compiled languages");
      const compiled = await measureCompiled(below);
      note("kills");
      const kills = await measureKills(below);
      note("memory");
      return [...overheads, ...http, ...rates, ...compiled, ...kills, ...(await measureIdleMemory(createJudge))];
    } finally {
      await below.close();
    }
  },
};
