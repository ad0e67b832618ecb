import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { run, step } from "../prepare/progress.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const web = join(root, "apps/web");
const stamp = join(web, "dist/.built-from");
const sources = [
  "apps/web/{index.html,package.json,tsconfig.json,vite.config.ts}",
  "apps/web/{src,public}/**/*",
  "packages/shared/src/{*.ts,{protocol,ot,api}/**/*.ts}",
  "pnpm-lock.yaml",
];

function hashOfSources(): string {
  const hash = createHash("sha256");
  for (const path of globSync(sources, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(path.slice(root.length)).update("\0").update(readFileSync(path));
  }
  return hash.digest("hex");
}

/** Builds the web app when its sources are not those of the last build. */
export async function buildWebApp(): Promise<void> {
  const wanted = hashOfSources();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await step("Building the web app", () => run(join(root, "node_modules/.bin/vite"), ["build"], { cwd: web }));
  writeFileSync(stamp, wanted);
}

/** Builds the web app again whenever its sources change; returns what stops that. */
export function watchWebApp(): () => void {
  const child = spawn(join(root, "node_modules/.bin/vite"), ["build", "--watch"], { cwd: web, stdio: "inherit" });
  return () => void child.kill();
}
