import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { debianMirror, installPackages, isRoot } from "./apt.ts";
import { run, step, succeeds } from "./progress.ts";

const release = "trixie";
const registryImage = `debian:${release}-slim`;
const localImage = `greenroom/base:${release}`;

const docker = (...args: string[]) => run("docker", args);
export const hasImage = (image: string) => succeeds("docker", ["image", "inspect", image]);

let registryReachable: Promise<boolean> | undefined;

/** True when the public image registry answers; asked once, for 4 s at the most. */
function canReachRegistry(): Promise<boolean> {
  return (registryReachable ??= fetch("https://registry-1.docker.io/v2/", { signal: AbortSignal.timeout(4_000) }).then(
    () => true,
    () => false,
  ));
}

/** Pulls an image. Where the registry did not answer, an engine with a mirror of its own still gets 8 s to succeed. */
async function tryPull(image: string): Promise<boolean> {
  const limitMs = (await canReachRegistry()) ? 300_000 : 8_000;
  return succeeds("docker", ["pull", "--quiet", image], limitMs);
}

/** Packs a folder as an image, streaming it into the engine. */
export function importFolder(folder: string, image: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const tar = spawn("tar", [
      "-C",
      folder,
      "--exclude=./var/cache/apt/archives/*.deb",
      "--exclude=./var/lib/apt/lists/*",
      "-c",
      ".",
    ]);
    const change = [
      "--change",
      'CMD ["bash"]',
      "--change",
      "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ];
    const load = spawn("docker", ["import", ...change, "-", image], { stdio: ["pipe", "ignore", "pipe"] });
    let problem = "";
    load.stderr.on("data", (chunk: Buffer) => (problem += chunk.toString()));
    load.stdin.on("error", () => {});
    tar.stdout.pipe(load.stdin);
    tar.once("error", reject);
    load.once("error", reject);
    load.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`docker import failed: ${problem}`))));
  });
}

async function bootstrapDebian(): Promise<void> {
  const mirror = await debianMirror();
  // Not below /tmp where that is a small or noexec tmpfs: debootstrap runs programs in there.
  const folder = mkdtempSync(join(existsSync("/var/tmp") ? "/var/tmp" : tmpdir(), "greenroom-base-"));
  try {
    await run("debootstrap", ["--variant=minbase", "--include=ca-certificates", release, folder, mirror]);
    await importFolder(folder, localImage);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The base image that is here already, if any. */
export async function findBaseImage(): Promise<string | undefined> {
  const wanted = process.env["GREENROOM_BASE_IMAGE"];
  for (const image of wanted ? [wanted] : [registryImage, localImage]) if (await hasImage(image)) return image;
  return undefined;
}

/**
 * The image that every image of ours begins with: `GREENROOM_BASE_IMAGE` if set, Debian's own where a registry can be
 * reached, and one made with debootstrap from Debian's packages where not. Undefined when none of the three is to be had.
 */
export async function prepareBaseImage(): Promise<string | undefined> {
  const found = process.env["GREENROOM_BASE_IMAGE"] ?? (await findBaseImage());
  if (found) return found;
  if (await step(`Looking for the image ${registryImage}`, () => tryPull(registryImage))) return registryImage;
  console.log(`No image registry can be reached, so the base image is made from Debian's packages.`);
  if (!existsSync("/usr/sbin/debootstrap")) {
    const installed = await installPackages([{ name: "debootstrap", why: "makes the base image of the sandboxes" }]);
    if (!installed) return undefined;
  }
  if (!isRoot) {
    console.log(
      "Only root can run debootstrap: run `npm start` once as root, or pull an image and set GREENROOM_BASE_IMAGE.",
    );
    return undefined;
  }
  await step(`Making the base image ${localImage} with debootstrap`, bootstrapDebian);
  return localImage;
}

/**
 * An official image, or its stand-in made from Debian's packages (`docker/standin/NAME`) where no registry can be reached.
 *
 * @param official such as "postgres:17"
 */
export async function prepareServerImage(official: string, baseImage: string): Promise<string> {
  const [name = "", version] = official.split("/").at(-1)?.split(":") ?? [];
  const standIn = `greenroom/${name}:${version}`;
  // The base image tells whether a registry was reached: then the official image is left to docker compose to pull.
  if (baseImage !== localImage || (await hasImage(official))) return official;
  const folder = join(fileURLToPath(new URL("../../docker/standin", import.meta.url)), name);
  const build = ["build", "--quiet", "--tag", standIn, "--build-arg", `BASE_IMAGE=${baseImage}`, folder];
  await step(`Making the image ${standIn}`, () => docker(...build));
  return standIn;
}
