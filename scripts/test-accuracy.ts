// `npm run test:accuracy [-- runc | runsc]`: how far what the judge reports is from what programs really use, as a table
// for each runtime. The machine should have nothing else to do.
import { prepareMachine } from "./prepare/machine.ts";

const rounds = 11;

async function main(): Promise<void> {
  const machine = await prepareMachine({ redis: true, gvisor: true });
  await using owned = new AsyncDisposableStack();
  owned.defer(() => machine.engine.close());
  if (machine.baseImage === undefined)
    throw new Error("Nothing can be run here: there is no engine, or no base image.");
  process.env["SANDBOX_BASE_IMAGE"] ??= machine.baseImage;
  // Only now, as it reads which base image there is.
  const { TestJudge } = await import("../services/executor/src/testing/test-judge.ts");
  const { measureAccuracy } = await import("../services/executor/src/testing/accuracy.ts");
  const chosen = process.argv.slice(2);
  for (const runtime of machine.gvisor?.available ? ["runc", "runsc"] : ["runc"]) {
    if (chosen.length > 0 && !chosen.includes(runtime)) continue;
    const judge = await TestJudge.create(["c"], runtime);
    const found = await measureAccuracy(judge, rounds).finally(() => judge.close());
    console.log(`| ${runtime} | really | reported: median | from, to |\n|---|---|---|---|`);
    for (const { what, truth, median, range } of found) console.log(`| ${what} | ${truth} | ${median} | ${range} |`);
  }
}

await main();
