import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";

import { debianRelease, installPackages, isRoot } from "./apt.ts";
import { run, step } from "./progress.ts";
import { unpackFromTrixie } from "./trixie.ts";

/** Whether the engine can run sandboxes in gVisor, or why not and what somebody could do. */
export type Gvisor = { readonly available: true } | { readonly available: false; readonly reason: string };

const places = ["/usr/bin/runsc", "/usr/local/bin/runsc"];
const ownPlace = "/usr/local/bin/runsc";
/** systrap needs no hardware support; sandboxes have no network, and gVisor's own is not even started. */
const runtimeArguments = ["--platform=systrap", "--network=none"];
/** The first release of gVisor's that has systrap; bookworm's package is older. */
const oldestRelease = 20230501;
const configFile = "/etc/docker/daemon.json";
const processIdFile = "/var/run/docker.pid";
const reloadLimitMs = 10_000;

async function engineHasRunsc(): Promise<boolean> {
  const text = await run("docker", ["info", "--format", "{{json .Runtimes}}"]).catch(() => "{}");
  return text.includes('"runsc"');
}

/** A runsc that is new enough. */
async function findRunsc(): Promise<string | undefined> {
  for (const path of places.filter((place) => existsSync(place))) {
    const release = Number(
      /release-(\d{8})|\b0\.0~(\d{8})/
        .exec(await run(path, ["--version"]))
        ?.slice(1)
        .find(Boolean),
    );
    if (release >= oldestRelease) return path;
  }
  return undefined;
}

function copyRunsc(root: string): void {
  // Renamed into place: an older one may be running.
  copyFileSync(join(root, "usr/bin/runsc"), `${ownPlace}.new`);
  chmodSync(`${ownPlace}.new`, 0o755);
  renameSync(`${ownPlace}.new`, ownPlace);
}

async function installRunsc(): Promise<string | undefined> {
  const why = "gVisor, a kernel of its own for each sandbox";
  if (debianRelease() === "bookworm" && isRoot) {
    console.log(`  needs runsc: ${why}`);
    await step(`Installing it from Debian trixie's package as ${ownPlace}`, () =>
      unpackFromTrixie(["runsc"], copyRunsc),
    );
  } else {
    await installPackages([{ name: "runsc", why }]);
  }
  return findRunsc();
}

/** The engine's process when it is this machine's own and reads nothing but the usual configuration file. */
function findReloadableEngine(): number | undefined {
  if (!isRoot || !existsSync(processIdFile)) return undefined;
  const id = Number(readFileSync(processIdFile, "utf8"));
  const commandLine = existsSync(`/proc/${id}/cmdline`) ? readFileSync(`/proc/${id}/cmdline`, "utf8") : "";
  const [program, ...settings] = commandLine.split("\0");
  const isUsual = !settings.some((setting) => /^--(config-file|add-runtime)/.test(setting));
  return program?.endsWith("dockerd") && isUsual ? id : undefined;
}

/** Tells the engine of the runtime without restarting it. False when that is not ours to do. */
async function register(runsc: string): Promise<boolean> {
  const engine = findReloadableEngine();
  // A configuration that is there already is somebody's, and theirs to change.
  if (engine === undefined || existsSync(configFile)) return false;
  return step("Making gVisor known to the Docker engine", async () => {
    mkdirSync(dirname(configFile), { recursive: true });
    await run(runsc, ["install", "--", ...runtimeArguments]);
    process.kill(engine, "SIGHUP");
    for (const giveUpAt = Date.now() + reloadLimitMs; Date.now() < giveUpAt;) {
      if (await engineHasRunsc()) return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  });
}

/** Whether a container really runs in it: not every machine, nor every container with an engine in it, lets gVisor work. */
export async function tryGvisor(image: string): Promise<Gvisor> {
  try {
    await run("docker", ["run", "--rm", "--network=none", "--runtime=runsc", "--entrypoint=/bin/true", image]);
    return { available: true };
  } catch (error) {
    return { available: false, reason: `no container starts in it: ${lastLine(error)}` };
  }
}

function lastLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split("\n");
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "";
}

/** Makes gVisor usable as the engine's runtime "runsc"; needs an engine that answers. */
export async function prepareGvisor(): Promise<Gvisor> {
  if (await engineHasRunsc()) return { available: true };
  const found = await findRunsc();
  const runsc = found ?? (await installRunsc().catch((error: unknown) => ({ reason: lastLine(error) })));
  if (typeof runsc === "object") return { available: false, reason: `runsc cannot be installed: ${runsc.reason}` };
  if (runsc === undefined) {
    return {
      available: false,
      reason: "runsc is not installed (Debian trixie's package, or https://gvisor.dev/docs/user_guide/install/)",
    };
  }
  if (await register(runsc)) return { available: true };
  const command = `sudo ${runsc} install -- ${runtimeArguments.join(" ")} && sudo systemctl reload docker`;
  return { available: false, reason: `the Docker engine does not know runsc; somebody who may should run: ${command}` };
}
