// `npm run test:languages [-- go rust]`: makes each language's image, tries what its row promises, and writes the table
// docs/languages.md. Lines of languages that are not named stay as they are.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { coreLanguages } from "@greenroom/shared/languages/core.ts";
import { type Language, languages } from "@greenroom/shared/languages.ts";

import { type Tried, tryLanguage } from "../services/executor/src/testing/try-language.ts";

const path = fileURLToPath(new URL("../docs/languages.md", import.meta.url));
const marker = "<!-- The table below is written by `npm run test:languages`. -->";

function line(language: Language, tried: Tried): string {
  const { imageMb, buildSeconds, helloMs, compileMs, checks } = tried;
  const failed = checks.filter(({ failure }) => failure !== undefined).map(({ name }) => name);
  const verdict = failed.length === 0 ? `${checks.length} of ${checks.length}` : `failed: ${failed.join(", ")}`;
  const cells = [language.id, language.label, language.version, imageMb, buildSeconds ?? "–", helloMs, compileMs];
  return `| ${[...cells.map((cell) => (cell === null ? "–" : String(cell))), verdict].join(" | ")} |`;
}

/** Of an image that could not be made. */
function noImage(failure: string): Tried {
  return { imageMb: null, buildSeconds: null, helloMs: null, compileMs: null, checks: [{ name: "image", failure }] };
}

const names = process.argv.slice(2);
const unknown = names.find((name) => !languages.some(({ id }) => id === name));
if (unknown !== undefined) throw new Error(`There is no language "${unknown}".`);
const core = new Set<string>(coreLanguages.map(({ id }) => id));
// The six that every executor prepares have tests of their own.
const chosen = languages.filter(({ id }) => (names.length === 0 ? !core.has(id) : names.includes(id)));

const text = readFileSync(path, "utf8");
const before = text.slice(0, text.indexOf(marker) + marker.length);
const lines = new Map(
  text
    .slice(before.length)
    .split("\n")
    .filter((one) => one.startsWith("| ") && !one.startsWith("| id "))
    .map((one) => [one.split(" | ")[0]?.slice(2) ?? "", one]),
);

function writeTable(): void {
  const head = [
    "| id | language | version | image, MB | build, s | hello, ms | compile, ms | checks passed |",
    "|---|---|---|---|---|---|---|---|",
  ];
  const rows = languages.flatMap(({ id }) => lines.get(id) ?? []);
  writeFileSync(path, `${before}\n\n${[...head, ...rows].join("\n")}\n`);
}

let failures = 0;
for (const language of chosen) {
  const tried = await tryLanguage(language).catch((error: unknown) => noImage(String(error)));
  lines.set(language.id, line(language, tried));
  writeTable();
  const failed = tried.checks.filter(({ failure }) => failure !== undefined);
  failures += failed.length;
  console.log(`${failed.length === 0 ? "ok     " : "failed "} ${language.id}`);
  for (const { name, failure } of failed) console.log(`        ${name}: ${failure ?? ""}`);
}
process.exit(failures === 0 ? 0 : 1);
