import type { TestJudge } from "../../../../services/executor/src/testing/test-judge.ts";
import type { Row } from "../bench.ts";
import { findImage, runInBareContainer } from "./engine.ts";
import { Floor } from "./floor.ts";
import { barePython, hello, rate, row, trustDomain } from "./measure.ts";

const rounds = 4;
const runsARound = 100;
/** More than the pool keeps: for every one that is made one is removed, as for the bare ones. */
const freshFirst = 12;
const freshARound = 20;

/** The floor on two cores: two who each start one bare program after another. */
async function rateOfBare(floors: readonly Floor[]): Promise<number> {
  const start = performance.now();
  const each = runsARound / floors.length;
  const work = async (floor: Floor): Promise<void> => {
    for (let index = 0; index < each; index++) await floor.time(barePython);
  };
  await Promise.all(floors.map(work));
  return runsARound / ((performance.now() - start) / 1000);
}

const middle = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export async function measureRates(judge: TestJudge): Promise<Row[]> {
  const floors = await Promise.all([1, 2].map(() => Floor.create("python", { "main.py": hello })));
  const run = () => judge.carryOut(judge.freeJob({ language: "python", source: hello, trustDomain }));
  const runFresh = () => judge.carryOut(judge.freeJob({ language: "python", source: hello }));
  const image = await findImage("python");
  const runBare = () => runInBareContainer(image, ["python3", "-c", hello]);
  const all = { ours: [] as number[], bare: [] as number[], fresh: [] as number[], containers: [] as number[] };
  await rate(10, 2, run);
  for (let round = 0; round < rounds; round++) {
    all.ours.push(await rate(runsARound, 2, run));
    all.bare.push(await rateOfBare(floors));
  }
  for (const floor of floors) await floor.close();
  await rate(freshFirst, 2, runFresh);
  for (let round = 0; round < rounds; round++) {
    await judge.settled();
    all.fresh.push(await rate(freshARound, 2, runFresh));
    await judge.settled();
    all.containers.push(await rate(freshARound, 2, runBare));
  }
  const [ours, bare] = [middle(all.ours), middle(all.bare)];
  const [fresh, containers] = [middle(all.fresh), middle(all.containers)];
  return [
    row("python-rate", "runs/s", ours, { "bare-two-at-once": bare, "of-bare": ours / bare }),
    row("python-rate-fresh", "of bare containers", fresh / containers, { fresh, containers }),
  ];
}
