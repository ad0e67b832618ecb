import { type HostileEntry, hostileClasses } from "./hostile.ts";
import type { Met } from "./meet.ts";

/** Of one entry under one runtime, for its cell: how it went, and how long the next runs took. */
export function toCell(met: readonly Met[]): string {
  const wrong = met.filter((one) => one.wrong.length > 0);
  if (wrong.length > 0)
    return `**hurts**: ${escape(wrong.map((one) => `${one.language}: ${one.wrong[0]}`).join("; "))}`;
  return [...new Set(met.map(({ seen }) => seen))].join(", ");
}

/** The median ratio of the innocent runs after it, of both trust domains; "–" for what was never run. */
export function toRatio(met: readonly Met[]): string {
  const ratios = met.flatMap(({ ratios: found }) => (found ? [found.same, found.other] : []));
  return ratios.length === 0 ? "–" : median(ratios).toFixed(1);
}

export interface Row {
  readonly entry: HostileEntry;
  /** As in the file before, or as just seen. */
  readonly cells: { readonly runc: string; readonly runsc: string };
  readonly ratios: { readonly runc: string; readonly runsc: string };
}

const head = [
  "| program | languages | what it tries | expected | runc | gVisor | next runs, runc | next runs, gVisor |",
  "|---|---|---|---|---|---|---|---|",
];

/** All classes with a heading and a table each. */
export function toMarkdown(rows: readonly Row[]): string {
  const parts = Object.entries(hostileClasses).map(([letter, title]) => {
    const own = rows.filter(({ entry }) => entry.class === letter);
    const notes = own.flatMap(({ entry }) =>
      entry.kind === "program" && entry.known !== undefined ? [`- *${entry.name}*: ${entry.known}`] : [],
    );
    const known = notes.length === 0 ? [] : ["", "What is not as one would wish:", "", ...notes];
    return [`## ${letter}. ${title}`, "", ...head, ...own.map(toLine), ...known, ""].join("\n");
  });
  return parts.join("\n").trimEnd();
}

function toLine({ entry, cells, ratios }: Row): string {
  const languages =
    entry.kind === "program" ? [...new Set(entry.programs.map(({ language }) => language))].join(", ") : entry.door;
  const expected = entry.kind === "program" ? entry.ends.join(" or ") : "refused";
  return `| ${[
    entry.name,
    languages,
    escape(entry.tries),
    expected,
    cells.runc,
    cells.runsc,
    ratios.runc,
    ratios.runsc,
  ].join(" | ")} |`;
}

/** The last four cells of each line of a file made by `toMarkdown`, by the entry's name. */
export function readCells(text: string): Map<string, readonly string[]> {
  const lines = text.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| program |"));
  return new Map(
    lines.map((line) => {
      const cells = line.slice(2, -2).split(/(?<!\\) \| /);
      return [cells[0] ?? "", cells.slice(4)];
    }),
  );
}

const escape = (text: string): string =>
  text
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\n\r]+/g, " ")
    .slice(0, 300);

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
}
