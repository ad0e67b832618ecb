// `npm run test:languages [-- go rust]`: makes each language's image, tries what its row promises, and writes the table
// docs/languages.md. Lines of languages that are not named stay as they are.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { languages } from "@greenroom/shared/languages.ts";

import { prepareMachine } from "./prepare/machine.ts";
import { LanguageTable } from "./testing/language-table.ts";

const path = fileURLToPath(new URL("../docs/languages.md", import.meta.url));

const names = process.argv.slice(2);
const unknown = names.find((name) => !languages.some(({ id }) => id === name));
if (unknown !== undefined) throw new Error(`There is no language "${unknown}".`);
const chosen = languages.filter(({ id }) => names.length === 0 || names.includes(id));

async function main(): Promise<number> {
  const machine = await prepareMachine({ redis: true });
  await using owned = new AsyncDisposableStack();
  owned.defer(() => machine.engine.close());
  if (machine.baseImage !== undefined) process.env["SANDBOX_BASE_IMAGE"] ??= machine.baseImage;
  // It reads the environment when it is loaded.
  const { tryLanguage, untried } = await import("../services/executor/src/testing/try-language.ts");
  let failures = 0;
  for (const language of chosen) {
    const tried = await tryLanguage(language).catch((error: unknown) => untried(String(error)));
    // Somebody may have written on the page meanwhile.
    const table = new LanguageTable(readFileSync(path, "utf8"));
    table.set(language, tried);
    writeFileSync(path, table.toText());
    const failed = tried.checks.filter(({ failure }) => failure !== undefined);
    failures += failed.length;
    console.log(`${failed.length === 0 ? "ok     " : "failed "} ${language.id}`);
    for (const { name, failure } of failed) console.log(`        ${name}: ${failure ?? ""}`);
  }
  return failures === 0 ? 0 : 1;
}

process.exit(await main());
