// `npm run bench [-- NAME] [--json] [--quick] [--part PART]… [--soak MINUTES]`: every bench, or one, or parts of one, as a
// table or as JSON and nothing else; with JSON, the table goes to stderr.
import { parseArgs } from "node:util";
import { type Bench, isMet, rounded, type Row } from "./bench.ts";
import { documents } from "./documents/documents.ts";
import { first } from "./first/first.ts";
import { judge } from "./judge/judge.ts";
import { media } from "./media/media.ts";
import { readTicks, stolenSince } from "./stolen.ts";

const benches: readonly Bench[] = [first, judge, documents, media];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean" },
    quick: { type: "boolean" },
    part: { type: "string", multiple: true },
    soak: { type: "string" },
  },
});
const chosen = positionals.length === 0 ? benches : benches.filter(({ name }) => positionals.includes(name));
if (chosen.length === 0) {
  console.error(`There is no such bench. There are: ${benches.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}
const options = {
  quick: values.quick ?? false,
  parts: values.part ?? [],
  soakMinutes: values.soak === undefined ? undefined : Number(values.soak),
};
for (const bench of chosen) {
  const ticks = readTicks();
  const rows = await bench.run((text) => console.error(`${bench.name}: ${text}`), options);
  const stolenPercent = rounded(stolenSince(ticks) * 100);
  if (values.json) console.log(JSON.stringify({ bench: bench.name, stolenPercent, rows: rows.map(withOutcome) }));
  // Among what is said besides, for whoever looks on.
  const print = values.json ? console.error : console.log;
  printTable(bench.name, rows, print);
  if (stolenPercent >= 1) print(`  A hypervisor gave ${stolenPercent} % of this machine to others meanwhile.`);
}
process.exit();

function withOutcome(row: Row): Row & { met?: boolean } {
  const met = isMet(row);
  return met === undefined ? row : { ...row, met };
}

function targetOf(row: Row): string {
  if (!row.target) return "";
  const bound = "atMost" in row.target ? `≤ ${row.target.atMost}` : `≥ ${row.target.atLeast}`;
  return `${bound} ${isMet(row) ? "met" : "MISSED"}`;
}

function printTable(name: string, rows: readonly Row[], print: (line: string) => void): void {
  print(`\n${name}`);
  const cells = rows.map((row) => [
    row.id,
    `${row.ours} ${row.unit}`,
    targetOf(row),
    Object.entries(row.others)
      .map(([other, value]) => `${other} ${value}`)
      .join(", "),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells) {
    const columns = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    print(`  ${columns.filter((cell) => cell !== "").join("   ")}`.trimEnd());
  }
}
