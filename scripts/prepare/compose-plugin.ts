import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { debianRelease, installPackages, isRoot } from "./apt.ts";
import { step, succeeds } from "./progress.ts";
import { unpackFromTrixie } from "./trixie.ts";

const plugins = ["docker-compose", "docker-buildx"];
const pluginFolder = "/usr/local/lib/docker/cli-plugins";

/** True when both `docker compose` and `docker buildx` work. */
export async function hasComposePlugins(): Promise<boolean> {
  return (await succeeds("docker", ["compose", "version"])) && (await succeeds("docker", ["buildx", "version"]));
}

function copyPlugins(root: string): void {
  mkdirSync(pluginFolder, { recursive: true });
  for (const plugin of plugins) {
    const target = join(pluginFolder, plugin);
    copyFileSync(join(root, "usr/libexec/docker/cli-plugins", plugin), target);
    chmodSync(target, 0o755);
  }
}

/** Makes `docker compose` and `docker buildx` work. Resolves to false when it cannot, having said what to do. */
export async function prepareComposePlugins(): Promise<boolean> {
  if (await hasComposePlugins()) return true;
  const why = "docker compose and docker buildx, which build and run the stack in containers";
  if (debianRelease() === "bookworm" && isRoot) {
    console.log(`  needs docker-compose and docker-buildx: ${why}`);
    await step(`Installing both from Debian trixie's packages into ${pluginFolder}`, () =>
      unpackFromTrixie(plugins, copyPlugins),
    );
  } else {
    await installPackages(plugins.map((name) => ({ name, why })));
  }
  return hasComposePlugins();
}
