import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";
import { engineSocketPath } from "@greenroom/shared/testing/docker.ts";

const execute = promisify(execFile);
const agent = new Agent({ keepAlive: true });

/** The newest image of a family; the executor's tags are hashes of what an image is made from. */
export async function findImage(family: string): Promise<string> {
  const format = "{{.Repository}}:{{.Tag}}";
  const { stdout } = await execute("docker", ["images", `greenroom/sandbox-${family}`, "--format", format]);
  const [image] = stdout.split("\n");
  if (!image) throw new Error(`There is no image of "${family}".`);
  return image;
}

/** Asks the engine directly: the docker command would cost as much again as a small container. */
function ask(method: string, path: string, body?: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const asking = request({ socketPath: engineSocketPath(), agent, method, path, headers }, (answer) => {
      const isGood = (answer.statusCode ?? 500) < 300;
      if (answer.headers["content-type"]?.includes("json") === true)
        json(answer).then((value) => (isGood ? resolve(value) : reject(new Error(JSON.stringify(value)))), reject);
      else answer.resume().once("end", () => (isGood ? resolve(undefined) : reject(new Error(`${method} ${path}`))));
    });
    asking.once("error", reject);
    asking.end(body && JSON.stringify(body));
  });
}

/**
 * Makes a container, runs a program in it to its end, and removes the container: what each run would cost without ours.
 * Nothing about it takes the engine longer than it must: no network (which is half of it), no filter of system calls.
 */
export async function runInBareContainer(image: string, argv: readonly string[]): Promise<void> {
  const HostConfig = {
    NetworkMode: "none",
    LogConfig: { Type: "none" },
    SecurityOpt: ["seccomp=unconfined"],
    MaskedPaths: [],
    ReadonlyPaths: [],
  };
  const settings = { Image: image, Entrypoint: argv, Cmd: [], NetworkDisabled: true, HostConfig };
  const made = await ask("POST", "/containers/create", settings);
  const { Id } = made as { Id: string }; // as the engine documents
  await ask("POST", `/containers/${Id}/start`);
  const { StatusCode } = (await ask("POST", `/containers/${Id}/wait`)) as { StatusCode: number }; // as documented
  await ask("DELETE", `/containers/${Id}?force=true`);
  if (StatusCode !== 0) throw new Error(`The bare container ended with ${StatusCode}.`);
}

/** Memory of a container's cgroup in MB, and of the engine's process that watches it. */
export interface SandboxMemory {
  /** All that the cgroup is charged with, the page cache included. */
  readonly total: number;
  /** What processes have for themselves. */
  readonly processes: number;
  readonly kernel: number;
  readonly shim: number;
}

const readIf = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");
const numberAfter = (text: string, key: RegExp): number => Number(key.exec(text)?.[1] ?? 0) / 1e6;

export async function measureMemory(containerId: string): Promise<SandboxMemory> {
  const one = `/sys/fs/cgroup/memory/docker/${containerId}`;
  const places = [`/sys/fs/cgroup/docker/${containerId}`, `/sys/fs/cgroup/system.slice/docker-${containerId}.scope`];
  const two = (await Promise.all(places.map((place) => readIf(`${place}/memory.stat`)))).join("");
  const kernelOne = Number(await readIf(`${one}/memory.kmem.usage_in_bytes`)) / 1e6;
  const statOne = await readIf(`${one}/memory.stat`);
  const totals = await Promise.all(
    [`${one}/memory.usage_in_bytes`, ...places.map((place) => `${place}/memory.current`)].map(readIf),
  );
  const shim = await execute("pgrep", ["-f", `containerd-shim.*${containerId}`]).catch(() => ({ stdout: "" }));
  const [pid] = shim.stdout.split("\n");
  return {
    total: Number(totals.join("").trim()) / 1e6,
    processes: numberAfter(statOne, /^total_rss (\d+)/m) + numberAfter(two, /^anon (\d+)/m),
    kernel: kernelOne + numberAfter(two, /^kernel (\d+)/m),
    shim: numberAfter(await readIf(`/proc/${pid}/status`), /VmRSS:\s+(\d+)/) * 1024,
  };
}
