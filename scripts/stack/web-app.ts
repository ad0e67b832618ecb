import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { run, step } from "../prepare/progress.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const web = join(root, "apps/web");
const binaries = join(root, "node_modules/.bin");

/** Builds the web app; turbo does it when its sources or packages changed, and takes the last build otherwise. */
export async function buildWebApp(): Promise<void> {
  const env = {
    ...process.env,
    PATH: `${binaries}${delimiter}${process.env["PATH"]}`, // turbo asks pnpm what the workspace is
    TURBO_TELEMETRY_DISABLED: "1",
  };
  const args = ["run", "build", "--output-logs=errors-only", "--no-update-notifier"];
  await step("Building the web app", () => run(join(binaries, "turbo"), args, { cwd: root, env }));
}

/** Builds the web app again whenever its sources change; returns what stops that. */
export function watchWebApp(): () => void {
  const child = spawn(join(binaries, "vite"), ["build", "--watch"], { cwd: web, stdio: "inherit" });
  return () => void child.kill();
}
