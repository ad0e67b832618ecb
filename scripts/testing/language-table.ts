import { type Language, languages } from "@greenroom/shared/languages.ts";

import type { Tried } from "../../services/executor/src/testing/try-language.ts";

const marker = "<!-- The table below is written by `npm run test:languages`. -->";
const facts = ["id", "language", "version", "it says", "image, MB", "build, s", "hello, ms", "compile, ms"];
const buildColumn = facts.indexOf("build, s");
const checks = [
  "hello",
  "stdin",
  "Unicode",
  "runtime error",
  "compile error",
  "64 MB",
  "memory limit",
  "two files",
  "version",
  "functions",
];
const nothing = "–";

/** The table of docs/languages.md, a line a language; what comes before it stays as it is. */
export class LanguageTable {
  readonly #before: string;
  readonly #lines: Map<string, readonly string[]>;

  constructor(text: string) {
    const end = text.indexOf(marker);
    if (end === -1) throw new Error(`The page has no line "${marker}".`);
    this.#before = text.slice(0, end + marker.length);
    const rows = text
      .slice(end)
      .split("\n")
      .filter((line) => line.startsWith("| "));
    const cells = rows.map((row) => row.slice(2, -2).split(" | "));
    this.#lines = new Map(cells.filter(([id]) => id !== "id").map((row) => [row[0] ?? "", row]));
  }

  set(language: Language, tried: Tried): void {
    const cell = (value: string | number | null): string => (value === null ? nothing : String(value));
    // The longest that was seen: an image that was there was made once, and one that is made again has most of its layers.
    const longest = Math.max(tried.buildSeconds ?? 0, Number(this.#lines.get(language.id)?.[buildColumn]) || 0);
    this.#lines.set(language.id, [
      language.id,
      language.label,
      language.version,
      cell(tried.version),
      cell(tried.imageMb),
      cell(longest === 0 ? null : longest),
      cell(tried.helloMs),
      cell(tried.compileMs),
      ...checks.map((name) => verdict(name, tried)),
    ]);
  }

  toText(): string {
    const head = [...facts, ...checks];
    const rows = [head, head.map(() => "---"), ...languages.flatMap(({ id }) => this.#row(id))];
    return `${this.#before}\n\n${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}\n`;
  }

  #row(id: string): (readonly string[])[] {
    const row = this.#lines.get(id);
    return row ? [row] : [];
  }
}

/** Of the checks whose name begins so: one of "functions" is called "functions: int", say. */
function verdict(name: string, tried: Tried): string {
  const found = tried.checks.filter((check) => check.name === name || check.name.startsWith(`${name}: `));
  if (found.length === 0) return nothing;
  const failed = found.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0) return found.length === 1 ? "failed" : `${failed.length} of ${found.length} failed`;
  return found.length === 1 ? "ok" : `${found.length} ok`;
}
