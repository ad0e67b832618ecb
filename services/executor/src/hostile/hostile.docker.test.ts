import { spawn } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { coreLanguages } from "@greenroom/shared/languages/core.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { underGvisor } from "../testing/sandbox-step.ts";
import { TestJudge } from "../testing/test-judge.ts";
import { catalogue } from "./catalogue.ts";
import { Host } from "./host.ts";
import { type HostileEntry, hostileClasses } from "./hostile.ts";
import { Innocents } from "./innocents.ts";
import { meet, type Stage } from "./meet.ts";

const core = new Set<string>(coreLanguages.map(({ id }) => id));

/**
 * What runs with every change: of each entry that is quick its first program, in a language whose image every executor
 * makes. `npm run test:hostile` runs all of it, under both runtimes.
 */
function quickPart(entry: HostileEntry): HostileEntry[] {
  if (entry.kind === "request") return [entry];
  const programs = entry.programs.filter(({ language }) => core.has(language)).slice(0, 1);
  return entry.slow || programs.length === 0 ? [] : [{ ...entry, programs }];
}

/** Takes gVisor twenty seconds, as long as ten others; `npm run test:hostile` has it. */
const slowInGvisor = "no names left";

/** In gVisor, which is slower, only those that meet another kernel there, and the first of each class. */
function differs(entry: HostileEntry, index: number, all: readonly HostileEntry[]): boolean {
  if (entry.kind === "request" || entry.name === slowInGvisor) return false;
  return entry.gvisor !== undefined || all.findIndex((other) => other.class === entry.class) === index;
}
const quick = catalogue.flatMap(quickPart);
const entries = underGvisor ? quick.filter(differs) : quick;

let judge: TestJudge;
let stage: Stage;
beforeAll(async () => {
  judge = await TestJudge.create();
  stage = { judge, host: await Host.create(judge), innocents: new Innocents(judge) };
}, 900_000);
// The engine takes its time to remove what gVisor is busy taking down.
afterAll(() => judge.close(), 180_000);

it("has at least seventy entries, each with a name of its own, in every class", () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(70);
  expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
  expect([...new Set(catalogue.map((entry) => entry.class))]).toEqual(Object.keys(hostileClasses));
});

describe.each(Object.entries(hostileClasses).filter(([letter]) => entries.some((entry) => entry.class === letter)))(
  "%s: %s",
  (letter) => {
    it.each(entries.filter((entry) => entry.class === letter).map((entry) => [entry.name, entry] as const))(
      "%s: does no harm, and the next runs are as always",
      async (_name, entry) => {
        const met = await meet(stage, entry);
        expect(met.flatMap(({ wrong }) => wrong)).toEqual([]);
      },
      60_000,
    );
  },
);

it("sees what is left on a machine: it would notice a container, a file, and a process of a sandbox's user", async () => {
  const folder = mkdtempSync("/tmp/greenroom-hostile-");
  const process = spawn("/bin/sleep", ["60"], { uid: 1_234_567, gid: 1_234_567, stdio: "ignore" });
  try {
    const changes = await stage.host.changes(0);
    expect(changes).toContain(`a file: ${folder}`);
    expect(changes).toContain(`a process outside: ${process.pid} (sleep)`);
  } finally {
    process.kill();
    rmdirSync(folder);
  }
  expect(await stage.host.changes()).toEqual([]);
});
