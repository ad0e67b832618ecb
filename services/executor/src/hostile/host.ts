import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestJudge } from "../testing/test-judge.ts";
import { type EngineState, readEngineState } from "./engine-state.ts";

/** Ids of sandboxes' users begin here (sandbox/sandboxes.ts); nobody else on a machine has one so high. */
const firstSandboxUser = 1_000_000;
/** What programs of the catalogue call files that they try to make on the host. */
export const marker = "greenroom-hostile";
const places = ["/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", "/root", "/home", process.cwd()];
/** How long an engine may take to remove what is on its way out, and a pool to make what it wants. */
const settleWithinMs = 15_000;
const watchedSettings = ["kernel/core_pattern", "kernel/randomize_va_space", "vm/overcommit_memory", "kernel/pid_max"];
const containerId = /[0-9a-f]{64}/;

/** Whatever a program might leave on the machine, as far as one who looks can say whose it is. */
interface HostState {
  /** Of sandboxes' users, outside any container. */
  readonly strays: readonly string[];
  /** Processes in each of our containers. */
  readonly inside: ReadonlyMap<string, number>;
  /** Containers' ids that processes are in, or control groups are named after. */
  readonly groups: ReadonlySet<string>;
  /** Control groups inside of containers'. */
  readonly nested: readonly string[];
  readonly files: readonly string[];
  readonly kept: readonly string[];
  readonly settings: readonly string[];
  readonly engine: EngineState;
}

/**
 * Looks at the machine before and after a hostile program: what is there now that was not before. Others may use the
 * machine and its engine meanwhile; what is counted is ours, or nobody's.
 */
export class Host {
  readonly #judge: TestJudge;
  readonly #before: HostState;
  readonly #isGvisor: boolean;
  readonly #clockMs: number;

  private constructor(judge: TestJudge, before: HostState) {
    this.#judge = judge;
    this.#before = before;
    this.#isGvisor = judge.source.runtime === "runsc";
    this.#clockMs = clockMs();
  }

  static async create(judge: TestJudge): Promise<Host> {
    return new Host(judge, await look([]));
  }

  /** What has changed for good; empty when nothing has. */
  async changes(withinMs = settleWithinMs): Promise<string[]> {
    const until = Date.now() + withinMs;
    for (;;) {
      const changes = await this.#compare();
      if (changes.length === 0 || Date.now() >= until) return changes;
      await sleep(50);
    }
  }

  async #compare(): Promise<string[]> {
    const ours = await this.#judge.containerIds();
    const now = await look(ours);
    const { engine, settings } = this.#before;
    const known = this.#judge.pool.size;
    const drift = Math.abs(clockMs() - this.#clockMs);
    return [
      ...(ours.length === known ? [] : [`${ours.length} containers, and the pool knows ${known}`]),
      ...now.strays.map((stray) => `a process outside: ${stray}`),
      ...(this.#isGvisor ? [] : crowds(now.inside)),
      ...[...now.groups].filter((id) => !now.engine.containers.has(id)).map((id) => `a control group of ${id}`),
      ...now.nested.map((group) => `a control group in a sandbox's: ${group}`),
      ...now.files.map((file) => `a file: ${file}`),
      ...now.kept.map((kept) => `kept by the kernel: ${kept}`),
      ...now.settings.filter((setting, index) => setting !== settings[index]).map((setting) => `set: ${setting}`),
      ...[...now.engine.volumes].filter((name) => !engine.volumes.has(name)).map((name) => `a volume: ${name}`),
      ...[...now.engine.networks].filter((name) => !engine.networks.has(name)).map((name) => `a network: ${name}`),
      ...(drift > 2_000 ? [`the clock: ${Math.round(drift)} ms`] : []),
    ];
  }
}

/** The time of day, as far as it is not the time that passes. */
const clockMs = (): number => Date.now() - performance.now();

/** Between runs each sandbox has its first process and nothing else. */
function crowds(inside: ReadonlyMap<string, number>): string[] {
  return [...inside].filter(([, count]) => count > 1).map(([id, count]) => `${count} processes in ${id.slice(0, 12)}`);
}

async function look(ours: readonly string[]): Promise<HostState> {
  const processes = readProcesses();
  const mine = new Set(ours);
  const inside = new Map<string, number>();
  for (const { container } of processes)
    if (container !== undefined && mine.has(container)) inside.set(container, (inside.get(container) ?? 0) + 1);
  const groups = findGroups();
  return {
    strays: processes
      .filter(({ user, container }) => user >= firstSandboxUser && container === undefined)
      .map(({ pid, name }) => `${pid} (${name})`),
    inside,
    groups: new Set([...processes.flatMap(({ container }) => container ?? []), ...groups.keys()]),
    nested: [...groups].filter(([id]) => mine.has(id)).flatMap(([, paths]) => paths.flatMap(folders)),
    files: places.flatMap(foreignFiles),
    kept: keptByKernel(),
    settings: [`hostname ${hostname()}`, ...watchedSettings.map(readSetting)],
    // Last: a container that is there when a control group is seen is still listed, or both are gone.
    engine: await readEngineState(),
  };
}

interface Process {
  readonly pid: string;
  readonly name: string;
  readonly user: number;
  /** The id of the container it is in. */
  readonly container: string | undefined;
}

function readProcesses(): Process[] {
  return readdirSync("/proc").flatMap((pid): Process[] => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
      return [
        {
          pid,
          name: /^Name:\t(.*)$/m.exec(status)?.[1] ?? "",
          user: Number(/^Uid:\t(\d+)/m.exec(status)?.[1]),
          container: containerId.exec(groups)?.[0],
        },
      ];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

/** Where engines put containers' control groups, under either generation and either driver. */
function findGroups(): Map<string, string[]> {
  const root = "/sys/fs/cgroup";
  const parents = [root, ...folders(root)].flatMap((folder) => [`${folder}/docker`, `${folder}/system.slice`]);
  const found = new Map<string, string[]>();
  for (const path of parents.flatMap(folders)) {
    const id = containerId.exec(path)?.[0];
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), path]);
  }
  return found;
}

function folders(path: string): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${path}/${name}`);
  } catch {
    return [];
  }
}

function foreignFiles(place: string): string[] {
  if (!existsSync(place)) return [];
  return readdirSync(place).flatMap((name) => {
    const path = `${place}/${name}`;
    const user = lstatSync(path, { throwIfNoEntry: false })?.uid ?? 0;
    return user >= firstSandboxUser || name.includes(marker) ? [path] : [];
  });
}

/** System V IPC and keys of sandboxes' users. */
function keptByKernel(): string[] {
  const ipc = ["shm", "sem", "msg"].flatMap((kind) => {
    const [head = "", ...rows] = readLines(`/proc/sysvipc/${kind}`).map((line) => line.trim().split(/\s+/));
    const column = [...head].indexOf("uid");
    return rows.filter((row) => Number(row[column]) >= firstSandboxUser).map((row) => `${kind} ${row.join(" ")}`);
  });
  const keys = readLines("/proc/key-users").filter((line) => Number.parseInt(line, 10) >= firstSandboxUser);
  return [...ipc, ...keys];
}

function readLines(path: string): string[] {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
}

const readSetting = (name: string): string => `${name} ${readLines(`/proc/sys/${name}`)[0] ?? ""}`;
