import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { hasImage, importFolder, prepareServerImage } from "../prepare/base-image.ts";
import { findMediaWorker } from "../prepare/media-worker.ts";
import { run, step } from "../prepare/progress.ts";
import { ownAddress } from "./own-address.ts";
import { chooseMediaPort } from "./ports.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const systemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

/**
 * The settings with which docker-compose.yml builds and runs on the images that can be had on this machine.
 *
 * @param turn whether its TURN server is wanted
 */
export async function composeSettings(baseImage: string, turn: boolean): Promise<Record<string, string>> {
  const given = process.env;
  const authorities = given["GREENROOM_CA_FILE"] ?? (existsSync(systemAuthorities) ? systemAuthorities : undefined);
  return {
    GREENROOM_BASE_IMAGE: baseImage,
    POSTGRES_IMAGE: given["POSTGRES_IMAGE"] ?? (await prepareServerImage("postgres:17", baseImage)),
    REDIS_IMAGE: given["REDIS_IMAGE"] ?? (await prepareServerImage("redis:8", baseImage)),
    ...(turn
      ? { COTURN_IMAGE: given["COTURN_IMAGE"] ?? (await prepareServerImage("coturn/coturn:4.6", baseImage)) }
      : {}),
    ...(authorities ? { GREENROOM_CA_FILE: authorities } : {}),
  };
}

/** `docker compose …` for the person at the terminal. Resolves to its exit code. */
export function composeForPerson(args: readonly string[], settings: Record<string, string>): Promise<number> {
  const child = spawn("docker", ["compose", ...args], {
    cwd: root,
    stdio: "inherit",
    // What the person set wins; an engine as old as bookworm's needs to be told to use BuildKit.
    env: { DOCKER_BUILDKIT: "1", ...settings, ...process.env },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** An image for docker/Dockerfile to take this machine's worker from, which otherwise makes one of its own. */
async function packWorker(path: string): Promise<string> {
  const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
  const image = `greenroom/media-worker:${hash.slice(0, 12)}`;
  if (await hasImage(image)) return image;
  const folder = mkdtempSync(join(tmpdir(), "greenroom-media-worker-image-"));
  try {
    copyFileSync(path, join(folder, "mediasoup-worker"));
    await importFolder(folder, image);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return image;
}

export interface ComposeStack {
  readonly url: string;
  /** Of this machine's own, not the loopback's: where browsers would find it. */
  readonly address: string;
  readonly mediaPort: number;
  readonly turnPort: number;
  /** Makes the first account the administrator's. */
  readonly setupCode: string;
  /** Runs `docker compose ARGS` on this stack, and resolves to what it printed. */
  compose(...args: string[]): Promise<string>;
  /** Removes the stack with all its data. Idempotent. */
  close(): Promise<void>;
}

/** What images of tests are made of. */
async function imageSettings(baseImage: string): Promise<Record<string, string>> {
  const worker = findMediaWorker();
  return {
    ...(await composeSettings(baseImage, true)),
    ...(worker === undefined ? {} : { MEDIA_WORKER_IMAGE: await packWorker(worker) }),
    DOCKER_BUILDKIT: "1",
    GREENROOM_VERSION: "test",
  };
}

/** Builds what `startComposeStack` needs, which then finds it built: much of it is waiting for downloads. */
export async function buildTestImages(baseImage: string): Promise<void> {
  const env = { ...(await imageSettings(baseImage)), PUBLIC_URL: "http://localhost" };
  await run("docker", ["compose", "build", "--quiet"], { cwd: root, env });
}

/** Builds and brings up the whole stack in containers, as a project of its own with throwaway data. For tests. */
export async function startComposeStack(options: {
  project: string;
  port: number;
  baseImage: string;
  env?: Record<string, string>;
}): Promise<ComposeStack> {
  const address = ownAddress();
  const url = `http://${address}:${options.port}`;
  const [mediaPort, turnPort] = [await chooseMediaPort(0, 1), await chooseMediaPort(0, 1)];
  const env = {
    ...(await imageSettings(options.baseImage)),
    PUBLIC_URL: url,
    HOST: address,
    PORT: String(options.port),
    MEDIA_PORT: String(mediaPort),
    COMPOSE_PROFILES: "turn",
    TURN_PORT: String(turnPort),
    TURN_URLS: `turn:${address}:${turnPort}`,
    ...options.env,
  };
  const compose = (...args: string[]) =>
    run("docker", ["compose", "--project-name", options.project, ...args], { cwd: root, env });
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= compose("down", "--volumes", "--timeout", "20").then(() => undefined));
  try {
    await step("Building the images", () => compose("build", "--quiet"));
    await step("Starting the containers", () => compose("up", "--detach", "--wait", "--wait-timeout", "300"));
    const setupCode = await compose("exec", "--no-TTY", "auth", "cat", "/run/secrets/setup-code");
    return { url, address, mediaPort, turnPort, setupCode: setupCode.trim(), compose, close };
  } catch (error) {
    const logs = await compose("logs", "--tail", "20").catch(() => "");
    await close().catch(() => {});
    throw new Error(`The stack in containers did not come up:\n${logs}`, { cause: error });
  }
}
