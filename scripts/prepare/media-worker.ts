import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { arch, homedir, platform } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { installPackages } from "./apt.ts";
import { buildWorker, missingWorkerPackages } from "./media-worker/build-worker.ts";
import { downloadWorker } from "./media-worker/download-worker.ts";
import { step } from "./progress.ts";

/** mediasoup's worker, the program that carries the calls, or why it is not to be had. */
export type MediaWorker =
  | { readonly available: true; readonly path: string }
  | { readonly available: false; readonly reason: string };

/** What a worker exits with that mediasoup did not start: it can be run on this machine. */
const startedByHand = 41;
const recipe = fileURLToPath(new URL("media-worker", import.meta.url));
const installed = fileURLToPath(new URL("../../services/media/node_modules/mediasoup", import.meta.url));

/** Machines with several copies of Greenroom prepare it once. */
const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "greenroom");

/** Where it is kept: another version or another way of building it makes another one. */
function keptAt(packageFolder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(recipe, { recursive: true, encoding: "utf8" }).sort())
    if (/\.(ts|h)$/.test(name)) hash.update(readFileSync(join(recipe, name)));
  return join(
    cache,
    `mediasoup-worker-${versionIn(packageFolder)}-${platform()}-${arch()}-${hash.digest("hex").slice(0, 12)}`,
  );
}

function versionIn(packageFolder: string): string {
  // npm wrote it.
  const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string };
  return version;
}

const runsHere = (path: string): boolean => existsSync(path) && spawnSync(path, { env: {} }).status === startedByHand;

/** The worker that somebody has named (`MEDIASOUP_WORKER_BIN`), or that was prepared here before. */
export function findMediaWorker(): string | undefined {
  const named = process.env["MEDIASOUP_WORKER_BIN"];
  if (named) return named;
  if (!existsSync(installed)) return undefined;
  const kept = keptAt(realpathSync(installed));
  return runsHere(kept) ? kept : undefined;
}

/** The worker without building one: found here, or else mediasoup's own build from GitHub, where that can be reached. */
export async function fetchMediaWorker(): Promise<string | undefined> {
  const found = findMediaWorker();
  if (found) return found;
  const folder = realpathSync(installed);
  const path = keptAt(folder);
  const made = makeInPlace(path, (unfinished) => downloadWorker(versionIn(folder), unfinished));
  // Where it cannot be kept, building it says so.
  return (await made.catch(() => false)) ? path : undefined;
}

/** Builds the worker from its source, for this machine alone; needs `missingWorkerPackages`, and takes a minute. Never fails: it says why. */
export async function buildMediaWorker(): Promise<MediaWorker> {
  const folder = realpathSync(installed);
  const path = keptAt(folder);
  try {
    const missing = await missingWorkerPackages();
    if (missing.length > 0) throw new Error(`it is built with ${missing.map(({ name }) => name).join(", ")}`);
    if (!(await makeInPlace(path, (made) => buildWorker(folder, made, "-O1"))))
      throw new Error("it was built, and does not run");
    return { available: true, path };
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Makes a worker of the package in a folder, in whichever way it can be had, for the image.
 *
 * @param output the binary's path
 */
export async function makeWorker(packageFolder: string, output: string): Promise<void> {
  if (await makeInPlace(output, (made) => downloadWorker(versionIn(packageFolder), made))) return;
  await installPackages(await missingWorkerPackages());
  const building = makeInPlace(output, (made) => buildWorker(packageFolder, made, "-O2"));
  if (!(await step("Building mediasoup's worker", () => building)))
    throw new Error("mediasoup's worker was built, and does not run.");
}

/** @returns whether there is now one that runs here */
async function makeInPlace(path: string, make: (made: string) => Promise<unknown>): Promise<boolean> {
  mkdirSync(dirname(path), { recursive: true });
  const made = `${path}.${process.pid}`;
  try {
    await make(made);
    if (!runsHere(made)) return false;
    // Renamed into place: somebody may be running the one before.
    renameSync(made, path);
    return true;
  } finally {
    rmSync(made, { force: true });
  }
}
