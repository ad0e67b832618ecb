// `npm run test:faults [-- ROUNDS [FIRST SEED]]`: prepares the machine as the tests do, then people type while the house
// is hurt.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { prepareMachine } from "./prepare/machine.ts";
import { buildWebApp } from "./stack/web-app.ts";

const machine = await prepareMachine({ redis: true });
await buildWebApp();
const main = fileURLToPath(new URL("../apps/web/e2e/faults/main.ts", import.meta.url));
const suite = spawn(process.execPath, [main, ...process.argv.slice(2)], { stdio: "inherit" });
const code = await new Promise<number>((resolve) => suite.once("exit", (exitCode) => resolve(exitCode ?? 1)));
await machine.engine.close();
process.exit(code);
