import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { arch, platform, release } from "node:os";
import { join } from "node:path";

import { run } from "../progress.ts";

/** A network that swallows what goes to GitHub must not hold up the set-up. */
const answerWithinMs = 4_000;
const wholeWithinMs = 60_000;

/** As mediasoup's own set-up names it (its npm-scripts.mjs). */
function archiveName(version: string): string {
  const kernel = platform() === "linux" ? `-kernel${release().split(".")[0]}` : "";
  return `mediasoup-worker-${version}-${platform()}-${arch()}${kernel}.tgz`;
}

/** Fetches mediasoup's own build for this kind of machine, if there is one and it can be had. */
export async function downloadWorker(version: string, path: string): Promise<void> {
  const name = archiveName(version);
  const url = `https://github.com/versatica/mediasoup/releases/download/${version}/${name}`;
  const folder = `${path}.unpacked`;
  try {
    const archive = await fetchWithin(url);
    if (!archive) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), archive);
    await run("tar", ["-xzf", name, "--no-same-owner", "mediasoup-worker"], { cwd: folder });
    chmodSync(join(folder, "mediasoup-worker"), 0o755);
    renameSync(join(folder, "mediasoup-worker"), path);
  } catch {
    // Then it is built.
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fetchWithin(url: string): Promise<Uint8Array | undefined> {
  const control = new AbortController();
  const give = (ms: number) => setTimeout(() => control.abort(), ms);
  const timers = [give(answerWithinMs)];
  try {
    const response = await fetch(url, { signal: control.signal });
    clearTimeout(timers[0]);
    if (!response.ok) return undefined;
    timers.push(give(wholeWithinMs));
    return await response.bytes();
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}
