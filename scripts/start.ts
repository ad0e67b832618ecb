// `npm start`: the trial. Greenroom on this machine alone, as ordinary processes; `--dev` follows changed sources.
import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { prepareMachine } from "./prepare/machine.ts";
import { step } from "./prepare/progress.ts";
import { printFirstSteps } from "./stack/first-steps.ts";
import { printLogLine } from "./stack/log-line.ts";
import { settingsOf } from "./stack/settings.ts";
import { serviceNames } from "./stack/services.ts";
import { startStack } from "./stack/stack.ts";
import { untilSignal } from "./stack/until-signal.ts";
import { buildWebApp, watchWebApp } from "./stack/web-app.ts";

const follow = process.argv.includes("--dev");

async function bringUp(started: AsyncDisposableStack): Promise<void> {
  const settings = settingsOf(process.env);
  const { engine, baseImage, gvisor, mediaWorker } = await prepareMachine({
    redis: !settings["REDIS_URL"],
    media: true,
    gvisor: settings["SANDBOX_RUNTIME"] === "runsc",
  });
  started.defer(() => engine.close());
  if (gvisor?.available === false) throw new Error(`Sandboxes cannot run in gVisor: ${gvisor.reason}.`);
  await buildWebApp();
  const canRun = engine.available && baseImage !== undefined;
  const canCall = mediaWorker?.available === true;
  const stack = await step("Starting the services", () =>
    startStack({
      dataDir: resolve(settings["GREENROOM_DATA_DIR"] ?? ".data"),
      port: Number(settings["PORT"] ?? 8080),
      env: { SANDBOX_BASE_IMAGE: baseImage, ...settings },
      services: serviceNames.filter((name) => (name !== "executor" || canRun) && (name !== "media" || canCall)),
      log: (line) => line.level >= 40 && printLogLine(line),
      watch: follow,
    }),
  );
  started.defer(() => stack.close());
  if (follow) started.defer(watchWebApp());
  console.log(`\nGreenroom is ready: ${stack.url}`);
  await printFirstSteps(stack);
  console.log("Ctrl-C stops it.");
}

async function start(): Promise<void> {
  const signal = untilSignal();
  await using started = new AsyncDisposableStack();
  // A signal in the middle of starting ends it there; children that nobody owns yet end with this process.
  await Promise.race([signal, bringUp(started)]);
  await signal;
  console.log("\nStopping …");
}

if (existsSync(".env")) process.loadEnvFile(".env");
try {
  await start();
  process.exit(0);
} catch (error) {
  console.error(`\nGreenroom could not start. ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
