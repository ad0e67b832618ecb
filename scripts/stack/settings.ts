import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const documented = fileURLToPath(new URL("../../.env.example", import.meta.url));

/** The settings in an environment that `.env.example` documents, each itself or in the file that NAME_FILE names. */
export function settingsOf(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const names = [...readFileSync(documented, "utf8").matchAll(/^#?\s?([A-Z][A-Z0-9_]*)=/gm)].map(
    (match) => match[1] ?? "",
  );
  return Object.fromEntries(names.map((name) => [name, environment[name] || inFile(environment, name)]));
}

function inFile(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const path = environment[`${name}_FILE`];
  return path ? readFileSync(path, "utf8").trim() : undefined;
}
