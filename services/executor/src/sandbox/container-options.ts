import { sandboxLimits } from "@greenroom/shared/jobs/limits.ts";
import { seccompProfile } from "./seccomp.ts";

/** Labels by which sandboxes of this installation, and of one executor, are found again. */
export const sandboxLabel = "greenroom.sandbox";
export const executorLabel = "greenroom.executor";

/** For the supervisor, pipes and page tables, so that it is the program that meets its limit and not the container. */
const headRoomMib = 32;
/** Processes and threads of a sandbox: the most a run may have (256), what a runtime takes for itself, and ours. */
const maxProcesses = 384;
/** gVisor limits its programs' processes itself; of the machine it takes several threads for each, and ends when it gets none. */
const maxGvisorThreads = 2048;
/** Twenty milliseconds, not the kernel's hundred: a sandbox that used up its share waits no longer than this for the next. */
const cpuPeriodUs = 20_000;

/** Hidden besides the engine's own list, which naming any replaces: message queues outlive a run. */
const maskedPaths = [
  "/dev/mqueue",
  "/proc/acpi",
  "/proc/asound",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/key-users",
  "/proc/latency_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/kallsyms",
  "/proc/modules",
  "/sys/devices/virtual/powercap",
  "/sys/firmware",
];
const readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

export interface SandboxSettings {
  readonly image: string;
  /** The installation's label, and the executor's id. */
  readonly installation: string;
  readonly executorId: string;
  /** Memory for the programs, in KiB; what the container gets is more by `containerMemoryBytes`. */
  readonly memoryKib: number;
  readonly cpus: number;
  /** The first of the user ids that runs in this sandbox take: process limits count per id, across containers. */
  readonly firstUser: number;
  /** The engine's runtime; the engine's default when absent. */
  readonly runtime: string | undefined;
}

/** Whether a runtime of the engine is gVisor's, under whatever variant of its name: "runsc", "runsc-kvm". */
export function isGvisor(runtime: string | undefined): boolean {
  return runtime !== undefined && runtime.startsWith("runsc");
}

/** The container's limit for programs that may use so much: their files count too. */
export function containerMemoryBytes(memoryKib: number): number {
  return memoryKib * 1024 + (2 * sandboxLimits.diskMib + sandboxLimits.sharedMemoryMib + headRoomMib) * 1024 * 1024;
}

/** Without times of access: they would tell one test case which files the one before it has read. */
function tmpfs(mib: number, mayExecute: boolean): string {
  return `rw,nosuid,nodev,noatime,${mayExecute ? "exec" : "noexec"},size=${mib}m,nr_inodes=${sandboxLimits.inodes},mode=1777`;
}

/** The writable places of a sandbox. What is in them counts as the sandbox's memory. */
const writablePlaces = {
  "/work": tmpfs(sandboxLimits.diskMib, true),
  "/tmp": tmpfs(sandboxLimits.diskMib, false),
  "/dev/shm": tmpfs(sandboxLimits.sharedMemoryMib, false),
};

/** Everything the engine is told about a sandbox. */
export function containerOptions(settings: SandboxSettings) {
  const memory = containerMemoryBytes(settings.memoryKib);
  return {
    Image: settings.image,
    Entrypoint: ["/supervisor"],
    Cmd: [String(settings.firstUser)],
    Env: [],
    User: "0:0",
    WorkingDir: "/work",
    Hostname: "sandbox",
    NetworkDisabled: true,
    // When the executor goes away, stdin ends, so the supervisor does, so the container does, and removes itself.
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    StdinOnce: true,
    Tty: false,
    Labels: { [sandboxLabel]: settings.installation, [executorLabel]: settings.executorId },
    HostConfig: {
      AutoRemove: true,
      NetworkMode: "none",
      IpcMode: "private",
      CgroupnsMode: "private" as const,
      Init: false,
      ...(settings.runtime === undefined ? {} : { Runtime: settings.runtime }),
      LogConfig: { Type: "none", Config: {} },
      ReadonlyRootfs: true,
      Tmpfs: writablePlaces,
      MaskedPaths: maskedPaths,
      ReadonlyPaths: readonlyPaths,
      // SETPCAP only until the supervisor has emptied the bounding set; it keeps the other three.
      CapDrop: ["ALL"],
      CapAdd: ["SETUID", "SETGID", "KILL", "SETPCAP"],
      SecurityOpt: ["no-new-privileges", `seccomp=${seccompProfile()}`],
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: isGvisor(settings.runtime) ? maxGvisorThreads : maxProcesses,
      CpuPeriod: cpuPeriodUs,
      CpuQuota: Math.round(cpuPeriodUs * settings.cpus),
      // As much as one ordinary process: less, and a compiler would starve on a busy machine.
      CpuShares: 1024,
    },
  };
}
