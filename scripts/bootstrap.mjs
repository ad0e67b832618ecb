// The one script that must run on whatever Node the machine has: it installs the workspace's packages when the lockfile
// is not the one last installed, then hands over to the script named in its first argument, under the workspace's own Node.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules", ".bin");
const stamp = join(root, "node_modules", ".installed-lockfile");
const [script, ...args] = process.argv.slice(2);

function lockfileHash() {
  const hash = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

// With pnpm's own 64 connections at once, one of them hangs behind some proxies until its minute is over.
const fewConnections = { pnpm_config_network_concurrency: "16" };

function installPackages() {
  const wanted = lockfileHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && existsSync(join(binaries, "node"))) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  console.error(`Installing packages with ${packageManager} (half a minute the first time) …`);
  const install = spawnSync(
    "npx",
    // It is the pnpm that package.json asks for, and need not look for itself in the lockfile.
    [
      "--yes",
      "--loglevel=error",
      packageManager,
      "install",
      "--frozen-lockfile",
      "--pm-on-fail=ignore",
      "--reporter=append-only",
    ],
    {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      // Node 20 is enough to install; the packages themselves run under the workspace's Node 24.
      env: { ...process.env, CI: "true", npm_config_engine_strict: "false", ...fewConnections },
    },
  );
  if (install.status !== 0) {
    process.stderr.write(`${install.stdout ?? ""}${install.stderr ?? ""}`);
    console.error("Greenroom could not install its packages. The lines above say why; is the npm registry reachable?");
    process.exit(install.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

installPackages();
const child = spawn(join(binaries, "node"), [join(root, script), ...args], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH}`, NODE_NO_WARNINGS: "1" },
});
// The terminal sends Ctrl-C to the whole group already; a signal sent to this process alone is passed on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
