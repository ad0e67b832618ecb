import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { engineAvailable, engineSocketPath, type Engine } from "@greenroom/shared/testing/docker.ts";
import { ManagedProcess } from "@greenroom/shared/testing/managed-process.ts";
import { debianRelease, isRoot, type Package } from "./apt.ts";
import { run, step } from "./progress.ts";

const logFile = "/var/log/greenroom-dockerd.log";
const startLimitMs = 60_000;

function findDaemon(): string | undefined {
  return ["/usr/sbin/dockerd", "/usr/bin/dockerd", "/usr/local/bin/dockerd"].find((path) => existsSync(path));
}

function hasClient(): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, "docker")));
}

/** What apt must bring before an engine can run here. */
export async function missingEnginePackages(): Promise<Package[]> {
  const packages: Package[] = [];
  if (!findDaemon() && !(await engineAvailable()).available) {
    packages.push({ name: "docker.io", why: "the Docker engine, in which candidates' programs run" });
  }
  // Until bookworm, docker.io brought the command too.
  if (!hasClient() && debianRelease() !== "bookworm") packages.push({ name: "docker-cli", why: "the docker command" });
  return packages;
}

/** An engine that is there to use, or the reason why none is; `close` stops it when it was started here. */
export type RunningEngine = Engine & { readonly close: () => Promise<void> };

const nothingToClose = async () => {};

function lastWords(log: string): string {
  const line =
    log
      .trimEnd()
      .split("\n")
      .findLast((text) => /failed|error|denied|permitted/i.test(text)) ?? "no reason given";
  return line
    .replace(/^.*msg="?/, "")
    .replace(/"$/, "")
    .slice(0, 200);
}

async function startDaemon(daemon: string): Promise<RunningEngine> {
  mkdirSync("/var/log", { recursive: true });
  const process_ = ManagedProcess.start({ command: daemon, args: [], cwd: "/", env: process.env, logFile });
  const giveUpAt = Date.now() + startLimitMs;
  while (!process_.exit && Date.now() < giveUpAt) {
    const engine = await engineAvailable();
    if (engine.available) return { ...engine, close: () => process_.stop() };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await process_.stop();
  const log = existsSync(logFile) ? readFileSync(logFile, "utf8") : "";
  return { available: false, reason: `the Docker engine does not start: ${lastWords(log)}`, close: nothingToClose };
}

/** Uses the engine that runs here already, or starts the one that is installed. */
export async function startEngine(): Promise<RunningEngine> {
  const engine = await engineAvailable();
  if (engine.available) return { ...engine, close: nothingToClose };
  const daemon = findDaemon();
  if (!daemon) return { ...engine, close: nothingToClose };
  if (!isRoot) {
    console.log(
      `The Docker engine is installed but not to be reached at ${engineSocketPath()}. For Run, somebody should run:`,
    );
    console.log("  sudo systemctl start docker && sudo usermod --append --groups docker $USER   (and log in again)");
    return { ...engine, close: nothingToClose };
  }
  return step("Starting the Docker engine", async () => {
    if (existsSync("/run/systemd/system")) {
      await run("systemctl", ["start", "docker"]).catch(() => {});
      const started = await engineAvailable();
      if (started.available) return { ...started, close: nothingToClose };
    }
    return startDaemon(daemon);
  });
}
