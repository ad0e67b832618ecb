import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

async function docker(...args: readonly string[]): Promise<string> {
  return (await execute("docker", args, { maxBuffer: 16 * 1024 * 1024 })).stdout.trim();
}

/** The newest image of a family; the executor's tags are hashes of what an image is made from. */
export async function findImage(family: string): Promise<string> {
  const found = await docker("images", `greenroom/sandbox-${family}`, "--format", "{{.Repository}}:{{.Tag}}");
  const [image] = found.split("\n");
  if (!image) throw new Error(`There is no image of "${family}".`);
  return image;
}

/** Starts each of a list of commands so often, and prints how long each took, in milliseconds: nothing but fork and exec. */
const timer = `
import json, os, subprocess, sys, time
commands, times = json.loads(sys.argv[1]), int(sys.argv[2])
taken = []
for _ in range(times):
    start = time.monotonic()
    for command in commands:
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    taken.append((time.monotonic() - start) * 1000)
print(json.dumps(taken))
`;

/** Writes the timer and the sources down, then lets it run: the container has no other way in. */
const prelude = (files: Readonly<Record<string, string>>): string =>
  Object.entries(files)
    .map(([name, content]) => `cat > /tmp/${name} <<'END-OF-FILE'\n${content}\nEND-OF-FILE\n`)
    .join("");

/**
 * The floor: the same interpreter or compiler, from the same image, started by a bare fork and exec in a container that
 * nothing limits. Python does the timing; where the image has none, the host's clock times `sh -c` loops instead.
 */
export async function measureBarePython(source: string, times: number): Promise<number[]> {
  const script = `${prelude({ "timer.py": timer, "main.py": source })}
cd /tmp && exec python3 timer.py '[["/usr/bin/python3", "main.py"]]' ${times}`;
  const printed = await docker(
    "run",
    "--rm",
    "--network",
    "none",
    "--entrypoint",
    "sh",
    await findImage("python"),
    "-c",
    script,
  );
  return JSON.parse(printed) as number[]; // what the timer prints
}

/** The same for commands of an image without Python: the whole of each round, by the shell's own clock in nanoseconds. */
export async function measureBareCommands(options: {
  family: string;
  files: Readonly<Record<string, string>>;
  command: string;
  times: number;
}): Promise<number[]> {
  const { family, files, command, times } = options;
  const script = `${prelude(files)}cd /tmp
for round in $(seq ${times}); do s=$(date +%s%N); (${command}) >/dev/null 2>&1; e=$(date +%s%N); echo $(( (e - s) / 1000 )); done`;
  const printed = await docker(
    "run",
    "--rm",
    "--network",
    "none",
    "--entrypoint",
    "sh",
    await findImage(family),
    "-c",
    script,
  );
  return printed.split("\n").map((microseconds) => Number(microseconds) / 1000);
}

/** A container made, a program run in it, and the container removed, over and over by so many at once; runs a second. */
export async function measureBareContainers(
  source: string,
  options: { runs: number; atOnce: number },
): Promise<number> {
  const image = await findImage("python");
  const start = performance.now();
  let left = options.runs;
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      await docker("run", "--rm", "--network", "none", "--entrypoint", "python3", image, "-c", source);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, work));
  return options.runs / ((performance.now() - start) / 1000);
}

/** Memory of a container's cgroup, and of the engine's process that watches it; MB. */
export async function measureMemory(containerId: string): Promise<{ cgroup: number; shim: number }> {
  const paths = [
    `/sys/fs/cgroup/memory/docker/${containerId}/memory.usage_in_bytes`,
    `/sys/fs/cgroup/docker/${containerId}/memory.current`,
    `/sys/fs/cgroup/system.slice/docker-${containerId}.scope/memory.current`,
  ];
  const read = await Promise.all(paths.map((path) => readFile(path, "utf8").catch(() => undefined)));
  const bytes = Number(read.find((text) => text !== undefined));
  const shim = await execute("pgrep", ["-f", `containerd-shim.*${containerId}`]).catch(() => ({ stdout: "" }));
  const [pid] = shim.stdout.split("\n");
  const status = pid ? await readFile(`/proc/${pid}/status`, "utf8") : "";
  const kib = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN);
  return { cgroup: bytes / 1e6, shim: kib / 1e3 };
}
