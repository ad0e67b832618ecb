import { existsSync, readdirSync, readFileSync } from "node:fs";

import { run, step } from "./progress.ts";

export interface Package {
  readonly name: string;
  readonly why: string;
}

const quietly = { DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_MODE: "a" };

export const isRoot = process.getuid?.() === 0;
const hasApt = existsSync("/usr/bin/apt-get");

/** Debian's code name of this machine's release ("bookworm"), or undefined on anything else. */
export function debianRelease(): string | undefined {
  if (!existsSync("/etc/os-release")) return undefined;
  const text = readFileSync("/etc/os-release", "utf8");
  return /^ID=debian$/m.test(text) ? /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1] : undefined;
}

/** The mirror that apt takes Debian itself from. */
export async function debianMirror(): Promise<string> {
  const targets = await run("apt-get", ["indextargets", "--format", "$(ORIGIN) $(SUITE) $(REPO_URI)"]);
  const main = targets.split("\n").map((line) => line.split(" "));
  const mirror = main.find(([origin, , uri]) => origin === "Debian" && uri && !uri.includes("security"))?.[2];
  return (mirror ?? "http://deb.debian.org/debian").replace(/\/$/, "");
}

function listsAreEmpty(): boolean {
  const folder = "/var/lib/apt/lists";
  return !existsSync(folder) || !readdirSync(folder).some((name) => name.includes("_Packages"));
}

/**
 * Says which packages it will install and why, and installs them. Resolves to false when it cannot: then the exact
 * command has been printed, for somebody who can.
 */
export async function installPackages(packages: readonly Package[]): Promise<boolean> {
  if (packages.length === 0) return true;
  const names = packages.map(({ name }) => name);
  const install = ["install", "--yes", "--no-install-recommends", ...names];
  for (const { name, why } of packages) console.log(`  needs ${name}: ${why}`);
  if (!isRoot || !hasApt) {
    console.log("These cannot be installed from here. Somebody who may should run:");
    console.log(
      hasApt ? `  sudo apt-get update && sudo apt-get ${install.join(" ")}` : `  (your system's) ${names.join(" ")}`,
    );
    return false;
  }
  await step(`Installing ${names.join(", ")} with apt-get`, async () => {
    if (listsAreEmpty()) await run("apt-get", ["update"], { env: quietly });
    try {
      await run("apt-get", install, { env: quietly });
    } catch {
      // Lists that are months old name packages which the mirror no longer has.
      await run("apt-get", ["update"], { env: quietly });
      await run("apt-get", install, { env: quietly });
    }
  });
  return true;
}
