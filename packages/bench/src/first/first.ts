import { launchBrowser } from "@greenroom/shared/testing/browser.ts";
import { openHouse } from "../../../../apps/web/e2e/support/house.ts";
import { typeThroughKills } from "../../../../apps/web/e2e/support/type-through-kills.ts";
import { type Bench, percentile, type Row, rounded } from "../bench.ts";
import { measureKeystrokes } from "./keystroke.ts";
import { measureRelay } from "./relay-floor.ts";
import { measureEngine, measureRuns } from "./run-first-output.ts";
import { measureStart } from "./start-warm.ts";

const kills = 100;

/** The main job: what is typed arrives, what is run answers, it starts quickly, and a process that dies costs nothing. */
export const first: Bench = {
  name: "first",
  run: async (note) => {
    note("starting warm");
    const start = await measureStart();
    const house = await openHouse();
    const browser = await launchBrowser();
    try {
      note("keystrokes");
      const keystrokes = await measureKeystrokes(house, browser);
      const relay = await measureRelay(browser);
      note("runs");
      const runs = await measureRuns(house, browser);
      const engine = await measureEngine();
      note(`${kills} kills`);
      const onKill = (kill: number, survived: boolean): void => {
        if (!survived || kill % 10 === 0) note(`kill ${kill}: ${survived ? "survived" : "LOST"}`);
      };
      const report = await typeThroughKills({ house, browser, kills, onKill });
      return [
        ...percentileRows("keystroke", keystrokes, { relay }),
        ...percentileRows("run-first-output", runs, engine),
        { id: "start-warm", unit: "s", ours: rounded(start.ours), others: { stores: rounded(start.stores) } },
        {
          id: "kills-survived",
          unit: `of ${kills}`,
          ours: report.survived,
          others: { "characters-lost": report.lostCharacters },
        },
      ];
    } finally {
      await browser.close();
      await house.close();
    }
  },
};

function percentileRows(
  id: string,
  ours: readonly number[],
  others: Readonly<Record<string, readonly number[]>>,
): Row[] {
  return [50, 95].map((p) => ({
    id: `${id}-p${p}`,
    unit: "ms",
    ours: rounded(percentile(ours, p)),
    others: Object.fromEntries(Object.entries(others).map(([name, values]) => [name, rounded(percentile(values, p))])),
  }));
}
