// `npm run bench [-- NAME] [--json] [--quick] [--part PART]… [--soak MINUTES]`: prepares the machine as the tests do, then
// measures. Only figures go to stdout.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { prepareMachine } from "./prepare/machine.ts";
import { buildWebApp } from "./stack/web-app.ts";

// What is said while preparing is not a figure; the bench itself writes to the real stdout.
process.stdout.write = process.stderr.write.bind(process.stderr);
const machine = await prepareMachine({ redis: true, browser: true, media: true });
await buildWebApp();
const bench = spawn(
  process.execPath,
  [fileURLToPath(new URL("../packages/bench/src/main.ts", import.meta.url)), ...process.argv.slice(2)],
  { stdio: "inherit", env: { ...process.env, SANDBOX_BASE_IMAGE: machine.baseImage } },
);
const code = await new Promise<number>((resolve) => bench.once("exit", (exitCode) => resolve(exitCode ?? 1)));
await machine.engine.close();
process.exit(code);
