import { existsSync, readdirSync, readFileSync } from "node:fs";

import { run, step } from "./progress.ts";

export interface Package {
  readonly name: string;
  readonly why: string;
  /** A service that it would start at once and whenever the machine starts, and that nobody here wants. */
  readonly unwantedService?: string;
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
    const unwanted = packages.flatMap(({ unwantedService }) => unwantedService ?? []);
    try {
      await installWithout(unwanted, install);
    } catch {
      // Lists that are months old name packages which the mirror no longer has.
      await run("apt-get", ["update"], { env: quietly });
      await installWithout(unwanted, install);
    }
  });
  return true;
}

/**
 * Packages ask Debian's policy whether their services may be started (/usr/share/doc/sysv-rc, README.policy-rc.d). Where
 * there is one already it stays, and otherwise the shell removes ours, which nobody interrupts.
 */
const withPolicy = `
policy=/usr/sbin/policy-rc.d
if [ -n "$UNWANTED" ] && [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\ncase " %s " in *" \${1%%%%.service} "*) exit 101 ;; esac\\n' "$UNWANTED" > "$policy"
  chmod 755 "$policy"
fi
apt-get "$@"
if [ -d /run/systemd/system ]; then for service in $UNWANTED; do systemctl disable --quiet "$service"; done; fi
`;

const installWithout = (unwanted: readonly string[], install: readonly string[]) =>
  run("sh", ["-ec", withPolicy, "sh", ...install], { env: { ...quietly, UNWANTED: unwanted.join(" ") } });
