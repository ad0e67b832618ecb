import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { TestJudge } from "../../../../services/executor/src/testing/test-judge.ts";
import type { Row } from "../bench.ts";
import { Floor } from "./floor.ts";
import { barePython, hello, p50, row, timed, trustDomain } from "./measure.ts";

const language = "python";
const singles = 60;
const gradings = 25;
const hundreds = 6;

const casesOf = (count: number) => Array.from({ length: count }, () => ["", "Hello, world!\n"] as const);

function require(result: RunResult, outcome: string): void {
  if (result.outcome !== outcome) throw new Error(`A run came to "${result.outcome}" (${result.errorCode ?? ""}).`);
}

/**
 * A run's overhead is all that it takes below the queue (a sandbox from the pool, its steps, its output in Redis) less
 * what the same program takes after a bare fork and exec. The bare one and ours take turns.
 */
export async function measureOverheads(judge: TestJudge): Promise<Row[]> {
  const floor = await Floor.create("python", { "main.py": hello });
  const run = async () =>
    require(await judge.carryOut(judge.freeJob({ language, source: hello, trustDomain })), "exited");
  const grade = async (count: number) => {
    const job = judge.gradedJob({ language, source: hello, trustDomain, cases: casesOf(count) });
    require(await judge.carryOut(job), "accepted");
  };
  // A graded run wants a sandbox that has run nothing. Warm means that there is one, and that none is being made beside it.
  const gradeWarm = async (count: number) => {
    await judge.prewarm("python", 1);
    await judge.settled();
    return timed(() => grade(count));
  };
  const bare = () => floor.time(barePython);
  const all = {
    bare: [] as number[],
    free: [] as number[],
    one: [] as number[],
    hundred: [] as number[],
    bareHundred: [] as number[],
  };
  for (let index = 0; index < 5; index++) await Promise.all([bare(), run()]);
  for (let index = 0; index < singles; index++) {
    all.bare.push(await bare());
    all.free.push(await timed(run));
  }
  const bareOfFree = p50(all.bare);
  for (let index = 0; index < gradings; index++) {
    all.one.push(await gradeWarm(1));
    all.bare.push(await bare());
  }
  for (let index = 0; index < hundreds; index++) {
    let sum = 0;
    for (let one = 0; one < 100; one++) sum += await bare();
    all.bareHundred.push(sum);
    all.hundred.push(await gradeWarm(100));
  }
  await floor.close();
  const bareOfGraded = p50(all.bare.slice(singles));
  const perBare = p50(all.bareHundred) / 100;
  return [
    row("overhead-run", "ms", p50(all.free) - bareOfFree, { bare: bareOfFree }),
    row("overhead-graded", "ms", p50(all.one) - bareOfGraded, { bare: bareOfGraded }),
    row("overhead-case", "ms", (p50(all.hundred) - p50(all.one)) / 99 - perBare, { bare: perBare }),
    row("cases-100", "of 100 bare", p50(all.hundred) / p50(all.bareHundred), { "bare-ms": p50(all.bareHundred) }),
  ];
}

/** Graded runs one after another, faster than sandboxes are made: each waits for its own. */
export async function measureGradedInARow(judge: TestJudge): Promise<Row> {
  const taken: number[] = [];
  for (let index = 0; index < 10; index++) {
    const job = judge.gradedJob({ language, source: hello, trustDomain, cases: casesOf(1) });
    taken.push(await timed(async () => require(await judge.carryOut(job), "accepted")));
  }
  return row("graded-in-a-row", "ms", p50(taken), {});
}
