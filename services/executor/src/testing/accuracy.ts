import type { TestJudge, TestRunEnd } from "./test-judge.ts";

const head = `#define _GNU_SOURCE
#include <signal.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/mman.h>\n#include <sys/wait.h>\n#include <time.h>\n#include <unistd.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e3 + t.tv_nsec / 1e6; }
static void spin(double ms) { for (double end = now() + ms; now() < end;); }
static void rest(long ms) { struct timespec t = {ms / 1000, ms % 1000 * 1000000}; nanosleep(&t, 0); }
static void take(long mib, int kind) { memset(mmap(0, mib << 20, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0), 1, mib << 20); }
`;

/** A program of which it is known what it uses, apart from being started, and how much the judge said it used. */
interface Probe {
  readonly what: string;
  readonly figure: "cpuMs" | "wallMs" | "memoryKib";
  /** In the figure's unit, beyond what a program that does nothing uses. */
  readonly truth: number;
  readonly body: string;
}

const mib = 1024;
const children = (each: string): string =>
  `signal(SIGCHLD, SIG_IGN); for (int i = 0; i < 4; i++) if (!fork()) { ${each}; _exit(0); } while (wait(0) > 0) {}`;

/** On a machine with nothing else to do, time spent busy is CPU time. */
const probes: readonly Probe[] = [
  { what: "CPU: busy for 5 ms", figure: "cpuMs", truth: 5, body: "spin(5);" },
  { what: "CPU: busy for 100 ms", figure: "cpuMs", truth: 100, body: "spin(100);" },
  { what: "CPU: busy for 1 s", figure: "cpuMs", truth: 1_000, body: "spin(1000);" },
  {
    what: "CPU: four unwaited children, one after the other, 50 ms each",
    figure: "cpuMs",
    truth: 200,
    body: "signal(SIGCHLD, SIG_IGN); for (int i = 0; i < 4; i++) { if (!fork()) { spin(50); _exit(0); } wait(0); }",
  },
  { what: "wall: asleep for 100 ms", figure: "wallMs", truth: 100, body: "rest(100);" },
  { what: "wall: asleep for 1 s", figure: "wallMs", truth: 1_000, body: "rest(1000);" },
  { what: "memory: 64 MiB at the end", figure: "memoryKib", truth: 64 * mib, body: "take(64, MAP_PRIVATE);" },
  {
    what: "memory: 64 MiB shared, for 200 ms",
    figure: "memoryKib",
    truth: 64 * mib,
    body: "take(64, MAP_SHARED); rest(200);",
  },
  {
    what: "memory: four processes of 16 MiB, for 500 ms",
    figure: "memoryKib",
    truth: 64 * mib,
    body: children("take(16, MAP_PRIVATE); rest(500)"),
  },
  {
    what: "memory: the same for 20 ms",
    figure: "memoryKib",
    truth: 64 * mib,
    body: children("take(16, MAP_PRIVATE); rest(20)"),
  },
];

export interface Accuracy {
  readonly what: string;
  readonly truth: string;
  /** What was reported, less what a program that does nothing is reported to use: the median and both ends. */
  readonly median: string;
  readonly range: string;
}

/** How far what the judge reports is from what programs use; nothing else may run on the machine meanwhile. */
export async function measureAccuracy(judge: TestJudge, rounds: number): Promise<Accuracy[]> {
  const run = async (body: string): Promise<TestRunEnd> => {
    const source = `${head}int main(void) { ${body} }`;
    const end = await judge.run({ language: "c", source, trustDomain: "session:accuracy" });
    if (end.outcome !== "exited") throw new Error(`A program that should end by itself ended with ${end.outcome}.`);
    return end;
  };
  const many = async (body: string, figure: Probe["figure"]): Promise<number[]> => {
    const values: number[] = [];
    for (let n = 0; n < rounds; n++) values.push((await run(body))[figure] ?? 0);
    return values.toSorted((one, other) => one - other);
  };
  await run("");
  const nothing = { cpuMs: 0, wallMs: 0, memoryKib: 0 };
  for (const figure of ["cpuMs", "wallMs", "memoryKib"] as const) nothing[figure] = middle(await many("", figure));
  const found: Accuracy[] = [{ what: "a program that does nothing", truth: "–", median: facts(nothing), range: "–" }];
  for (const { what, figure, truth, body } of probes) {
    const values = (await many(body, figure)).map((value) => value - nothing[figure]);
    const [least = 0, most = 0] = [values[0], values.at(-1)];
    const show = (value: number): string => toText(value, figure);
    found.push({ what, truth: show(truth), median: show(middle(values)), range: `${show(least)} to ${show(most)}` });
  }
  return found;
}

const middle = (sorted: readonly number[]): number => sorted[sorted.length >> 1] ?? 0;

function toText(value: number, figure: Probe["figure"]): string {
  return figure === "memoryKib" ? `${(value / mib).toFixed(1)} MiB` : `${value.toFixed(1)} ms`;
}

const facts = (used: Record<Probe["figure"], number>): string =>
  `CPU ${toText(used.cpuMs, "cpuMs")}, wall ${toText(used.wallMs, "wallMs")}, ${toText(used.memoryKib, "memoryKib")}`;
