import type { TestJudge } from "../../../../services/executor/src/testing/test-judge.ts";
import type { Row } from "../bench.ts";
import { measureMemory, type SandboxMemory } from "./engine.ts";
import { hello, row } from "./measure.ts";

const languages = [
  { language: "python", family: "python", source: hello },
  { language: "java", family: "java", source: "public class Main { public static void main(String[] a) {} }" },
] as const;

async function onlyContainer(judge: TestJudge): Promise<SandboxMemory> {
  await judge.settled();
  const [containerId] = await judge.containerIds();
  if (containerId === undefined) throw new Error("There is no sandbox.");
  return measureMemory(containerId);
}

const othersOf = ({ processes, kernel, shim }: SandboxMemory) => ({ processes, kernel, "engine-shim": shim });

/** A sandbox that is warm and that nobody has used; and, after it, one that rests between the runs of its trust domain. */
export async function measureIdleMemory(create: () => Promise<TestJudge>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { language, family, source } of languages) {
    const judge = await create();
    await judge.prewarm(family, 1);
    const warm = await onlyContainer(judge);
    if (rows.length === 0) rows.push(row("idle-memory", "MB", warm.total, othersOf(warm)));
    for (let index = 0; index < 3; index++)
      await judge.carryOut(judge.freeJob({ language, source, trustDomain: "session:bench" }));
    const used = await onlyContainer(judge);
    rows.push(row(`used-memory-${language}`, "MB", used.total, othersOf(used)));
    await judge.close();
  }
  return rows;
}
