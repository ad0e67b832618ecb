// `npm run test:hostile [-- A "fork bomb" runsc]`: lets every hostile program and request of the catalogue have its way
// under both runtimes, and writes the tables of docs/hostile.md. Classes, names (or parts of them) and runtimes choose;
// what is not chosen stays in the tables as it is.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { catalogue } from "../services/executor/src/hostile/catalogue.ts";
import type { HostileEntry } from "../services/executor/src/hostile/hostile.ts";
import { hostileClasses } from "../services/executor/src/hostile/hostile.ts";
import type { Met } from "../services/executor/src/hostile/meet.ts";
import { readCells, type Row, toCell, toMarkdown, toRatio } from "../services/executor/src/hostile/table.ts";
import { prepareGvisor } from "./prepare/gvisor.ts";
import { prepareMachine } from "./prepare/machine.ts";

type Runtime = "runc" | "runsc";
const runtimes: readonly Runtime[] = ["runc", "runsc"];
const path = fileURLToPath(new URL("../docs/hostile.md", import.meta.url));
const marker = "<!-- The tables below are written by `npm run test:hostile`. -->";

function choose(words: readonly string[]): { entries: readonly HostileEntry[]; runtimes: readonly Runtime[] } {
  const named = words.filter((word) => !runtimes.some((runtime) => runtime === word));
  const entries = catalogue.filter(
    (entry) =>
      named.length === 0 ||
      named.some((word) => (word in hostileClasses ? entry.class === word : entry.name.includes(word))),
  );
  const wanted = runtimes.filter((runtime) => words.includes(runtime));
  return { entries, runtimes: wanted.length === 0 ? runtimes : wanted };
}

function say(entry: HostileEntry, met: readonly Met[]): number {
  const wrong = met.flatMap((one) => one.wrong.map((what) => `${one.language}: ${what}`));
  const seconds = met.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1000;
  const how = wrong.length === 0 ? "ok   " : "HURTS";
  console.log(`  ${how} ${entry.class} ${entry.name}: ${toCell(met).slice(0, 80)} (${seconds.toFixed(1)} s)`);
  for (const what of wrong) console.log(`          ${what}`);
  return wrong.length;
}

function writeTables(found: ReadonlyMap<Runtime, ReadonlyMap<string, readonly Met[]>>): void {
  const text = existsSync(path) ? readFileSync(path, "utf8") : `# Hostile programs\n\n${marker}\n`;
  const before = readCells(text);
  const rows: Row[] = catalogue.map((entry) => {
    const [runc = "–", runsc = "–", runcRatio = "–", runscRatio = "–"] = before.get(entry.name) ?? [];
    const seen = (runtime: Runtime): readonly Met[] | undefined => found.get(runtime)?.get(entry.name);
    const cell = (runtime: Runtime, old: string): string => (seen(runtime) ? toCell(seen(runtime) ?? []) : old);
    const ratio = (runtime: Runtime, old: string): string => (seen(runtime) ? toRatio(seen(runtime) ?? []) : old);
    return {
      entry,
      cells: { runc: cell("runc", runc), runsc: cell("runsc", runsc) },
      ratios: { runc: ratio("runc", runcRatio), runsc: ratio("runsc", runscRatio) },
    };
  });
  writeFileSync(path, `${text.slice(0, text.indexOf(marker) + marker.length)}\n\n${toMarkdown(rows)}\n`);
}

async function main(): Promise<number> {
  const chosen = choose(process.argv.slice(2));
  if (chosen.entries.length === 0) throw new Error("There is no entry of that class or name.");
  const machine = await prepareMachine({ redis: true });
  if (machine.baseImage === undefined)
    throw new Error("Nothing can be run here: there is no engine, or no base image.");
  process.env["SANDBOX_BASE_IMAGE"] ??= machine.baseImage;
  // Only now, as it reads which base image there is.
  const { runCatalogue } = await import("../services/executor/src/hostile/run-catalogue.ts");
  const found = new Map<Runtime, Map<string, readonly Met[]>>();
  let wrong = 0;
  for (const runtime of chosen.runtimes) {
    const gvisor = runtime === "runsc" ? await prepareGvisor() : undefined;
    if (gvisor?.available === false) {
      console.log(`gVisor: NOT TRIED, because ${gvisor.reason}. Its columns stay as they are.`);
      continue;
    }
    console.log(
      `${chosen.entries.length} hostile programs and requests under ${runtime === "runsc" ? "gVisor" : runtime}:`,
    );
    const met = new Map<string, readonly Met[]>();
    found.set(runtime, met);
    await runCatalogue({
      entries: chosen.entries,
      runtime,
      onMet: (entry, of) => {
        met.set(entry.name, of);
        wrong += say(entry, of);
        writeTables(found);
      },
    });
  }
  console.log(wrong === 0 ? "None of them hurts." : `${wrong} of the things seen should not be.`);
  await machine.engine.close();
  return wrong === 0 ? 0 : 1;
}

process.exit(await main());
