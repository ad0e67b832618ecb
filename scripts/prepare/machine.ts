import type { RunningEngine } from "./docker-engine.ts";

import { installPackages, type Package } from "./apt.ts";
import { prepareBaseImage } from "./base-image.ts";
import { missingChromiumPackages } from "./chromium.ts";
import { prepareComposePlugins } from "./compose-plugin.ts";
import { missingTurnPackages } from "./coturn.ts";
import { missingEnginePackages, startEngine } from "./docker-engine.ts";
import { type Gvisor, prepareGvisor, tryGvisor } from "./gvisor.ts";
import { missingWorkerPackages } from "./media-worker/build-worker.ts";
import { buildMediaWorker, fetchMediaWorker, type MediaWorker } from "./media-worker.ts";
import { step } from "./progress.ts";
import { missingRedisPackages } from "./redis.ts";

export interface Machine {
  readonly engine: RunningEngine;
  /** What images of ours begin with; undefined where none is to be had, and then nothing can be run. */
  readonly baseImage: string | undefined;
  /** Undefined when nobody asked for it. */
  readonly gvisor: Gvisor | undefined;
  /** Undefined when nobody asked for it. */
  readonly mediaWorker: MediaWorker | undefined;
}

export interface Needs {
  /** `docker compose` and `docker buildx`. */
  readonly compose?: boolean;
  /** A browser to drive. */
  readonly browser?: boolean;
  /** A Redis of this machine's own. */
  readonly redis?: boolean;
  /** The engine's other runtime, for sandboxes in gVisor; `gvisor` says whether it is to be had. */
  readonly gvisor?: boolean;
  /** mediasoup's worker, for calls; `mediaWorker` says whether it is to be had. */
  readonly media?: boolean;
  /** A TURN server, to test calls over it. */
  readonly turn?: boolean;
}

async function missingPackages(needs: Needs): Promise<Package[]> {
  return [
    ...(await missingEnginePackages()),
    ...(needs.redis ? missingRedisPackages() : []),
    ...(needs.browser ? missingChromiumPackages() : []),
    ...(needs.turn ? missingTurnPackages() : []),
  ];
}

/** Makes this machine able to run Greenroom: says what is missing, installs what it may, starts the Docker engine. */
export async function prepareMachine(needs: Needs): Promise<Machine> {
  const fetched = needs.media ? await fetchMediaWorker() : undefined;
  const mustBuild = needs.media && fetched === undefined;
  const packages = [...(await missingPackages(needs)), ...(mustBuild ? await missingWorkerPackages() : [])];
  if (packages.length > 0) console.log("Greenroom needs some of Debian's packages on this machine:");
  await installPackages(packages);
  // Beside what is waited for below: most of that is downloading.
  const building = mustBuild ? buildMediaWorker() : undefined;
  const machine = await prepareEngine(needs);
  const mediaWorker = building ? await step("Building mediasoup's worker, for calls", () => building) : undefined;
  if (mediaWorker?.available === false) console.log(`There will be no calls: ${mediaWorker.reason}.`);
  return { ...machine, mediaWorker: fetched ? { available: true, path: fetched } : mediaWorker };
}

async function prepareEngine(needs: Needs): Promise<Omit<Machine, "mediaWorker">> {
  const engine = await startEngine();
  if (!engine.available) {
    console.log(`Everything but Run will work: ${engine.reason}.`);
    return { engine, baseImage: undefined, gvisor: undefined };
  }
  try {
    if (needs.compose) await prepareComposePlugins();
    const gvisor = needs.gvisor ? await prepareGvisor() : undefined;
    const baseImage = await prepareBaseImage();
    return { engine, baseImage, gvisor: gvisor?.available && baseImage ? await tryGvisor(baseImage) : gvisor };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
