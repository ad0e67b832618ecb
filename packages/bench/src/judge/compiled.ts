import type { TestJudge } from "../../../../services/executor/src/testing/test-judge.ts";
import type { Row } from "../bench.ts";
import { Floor } from "./floor.ts";
import { p50, row, timed, trustDomain } from "./measure.ts";

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
const times = 9;

/** Compiling and running, after a first time for the caches; the bare compiler and ours take turns. */
async function measure(
  judge: TestJudge,
  of: { language: "cpp" | "java"; family: string; file: string; source: string; command: string },
): Promise<Row> {
  const { language, source } = of;
  const floor = await Floor.create(of.family, { [of.file]: source });
  const ours: number[] = [];
  const bare: number[] = [];
  for (let index = 0; index <= times; index++) {
    bare.push(await floor.time(of.command));
    const job = judge.freeJob({ language, source, stdin: "1 2\n", trustDomain });
    ours.push(
      await timed(async () => {
        const { outcome, exitCode } = await judge.carryOut(job);
        if (outcome !== "exited" || exitCode !== 0) throw new Error(`A program in ${language} came to "${outcome}".`);
      }),
    );
  }
  await floor.close();
  const [middle, bareMiddle] = [p50(ours.slice(1)), p50(bare.slice(1))];
  return row(language, "ms", middle, { bare: bareMiddle, "of-bare": middle / bareMiddle });
}

export async function measureCompiled(judge: TestJudge): Promise<Row[]> {
  return [
    await measure(judge, {
      language: "cpp",
      family: "c-family",
      file: "main.cpp",
      source: cpp,
      command: "g++ -O2 -std=gnu++20 main.cpp -o main && echo 1 2 | ./main",
    }),
    await measure(judge, {
      language: "java",
      family: "java",
      file: "Main.java",
      source: java,
      command: "javac Main.java && java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 Main",
    }),
  ];
}
