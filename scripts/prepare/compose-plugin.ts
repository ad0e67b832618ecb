import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { debianMirror, debianRelease, installPackages, isRoot } from "./apt.ts";
import { run, step, succeeds } from "./progress.ts";

const plugins = ["docker-compose", "docker-buildx"];
const pluginFolder = "/usr/local/lib/docker/cli-plugins";

/** True when both `docker compose` and `docker buildx` work. */
export async function hasComposePlugins(): Promise<boolean> {
  return (await succeeds("docker", ["compose", "version"])) && (await succeeds("docker", ["buildx", "version"]));
}

/**
 * Takes the plugins' binaries out of trixie's packages: bookworm has neither, and these need only its libc. An apt state
 * of its own leaves the machine's package lists and pins alone; apt checks the suite's signature as always.
 */
async function takeFromTrixie(): Promise<void> {
  const mirror = await debianMirror();
  const folder = mkdtempSync(join(tmpdir(), "greenroom-apt-"));
  try {
    for (const path of ["lists/partial", "cache/archives/partial", "root"])
      mkdirSync(join(folder, path), { recursive: true });
    const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    writeFileSync(join(folder, "sources.list"), `deb [signed-by=${keyring}] ${mirror} trixie main\n`);
    const settings = [
      `Dir::Etc::sourcelist=${folder}/sources.list`,
      "Dir::Etc::sourceparts=-",
      `Dir::State::lists=${folder}/lists`,
      `Dir::Cache=${folder}/cache`,
      "APT::Sandbox::User=root",
    ].flatMap((setting) => ["-o", setting]);
    const apt = (...args: string[]) => run("apt-get", [...settings, ...args], { cwd: folder });
    await apt("update");
    await apt("download", ...plugins);
    mkdirSync(pluginFolder, { recursive: true });
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
      await run("dpkg-deb", ["--extract", join(folder, file), join(folder, "root")]);
    }
    for (const plugin of plugins) {
      const target = join(pluginFolder, plugin);
      copyFileSync(join(folder, "root/usr/libexec/docker/cli-plugins", plugin), target);
      chmodSync(target, 0o755);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes `docker compose` and `docker buildx` work. Resolves to false when it cannot, having said what to do. */
export async function prepareComposePlugins(): Promise<boolean> {
  if (await hasComposePlugins()) return true;
  const why = "docker compose and docker buildx, which build and run the stack in containers";
  if (debianRelease() === "bookworm" && isRoot) {
    console.log(`  needs docker-compose and docker-buildx: ${why}`);
    await step(`Installing both from Debian trixie's packages into ${pluginFolder}`, takeFromTrixie);
  } else {
    await installPackages(plugins.map((name) => ({ name, why })));
  }
  return hasComposePlugins();
}
