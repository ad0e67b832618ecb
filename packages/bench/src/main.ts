// `npm run bench [-- NAME] [--json]`: every bench, or one, as a table or as JSON and nothing else.
import { parseArgs } from "node:util";
import type { Bench, Row } from "./bench.ts";
import { first } from "./first/first.ts";
import { judge } from "./judge/judge.ts";

const benches: readonly Bench[] = [first, judge];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
const chosen = positionals.length === 0 ? benches : benches.filter(({ name }) => positionals.includes(name));
if (chosen.length === 0) {
  console.error(`There is no such bench. There are: ${benches.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}
for (const bench of chosen) {
  const rows = await bench.run((text) => console.error(`${bench.name}: ${text}`));
  if (values.json) console.log(JSON.stringify({ bench: bench.name, rows }));
  else printTable(bench.name, rows);
}
process.exit(0);

function printTable(name: string, rows: readonly Row[]): void {
  console.log(`\n${name}`);
  const cells = rows.map(({ id, unit, ours, others }) => [
    id,
    `${ours} ${unit}`,
    Object.entries(others)
      .map(([other, value]) => `${other} ${value}`)
      .join(", "),
  ]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   ")}`.trimEnd());
}
