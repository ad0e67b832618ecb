import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** How many files a process has open, by what they are. */
export type OpenFiles = Readonly<Record<string, number>>;

interface Socket {
  readonly localPort: number;
  readonly remotePort: number;
}

/** TCP's sockets of this machine by their inodes, as Linux lists them: proc_pid_net(5). */
function tcpSockets(pid: number | string): Map<string, Socket> {
  const portOf = (address = ""): number => Number.parseInt(address.split(":").at(-1) ?? "", 16);
  const lines = ["tcp", "tcp6"].flatMap((file) =>
    readFileSync(`/proc/${pid}/net/${file}`, "utf8").split("\n").slice(1),
  );
  const sockets = lines.map((line) => line.trim().split(/\s+/));
  return new Map(
    sockets.map((fields) => [fields[9] ?? "", { localPort: portOf(fields[1]), remotePort: portOf(fields[2]) }]),
  );
}

/** @param ports of services, by name: a socket is named by whom it leads to, or by the port that it came to */
export function openFiles(pid: number | string, ports: Readonly<Record<string, number>>): OpenFiles {
  const names = new Map(Object.entries(ports).map(([name, port]) => [port, name]));
  const sockets = tcpSockets(pid);
  const kindOf = (target: string): string => {
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode === undefined)
      return target.startsWith("/")
        ? "file"
        : target.replace(/:?\[(.*)\]$/, (_all, name: string) => (/^\d+$/.test(name) ? "" : ` ${name}`));
    const socket = sockets.get(inode);
    if (!socket) return "socket";
    if (socket.remotePort === 0) return "listening";
    const own = names.get(socket.localPort);
    return own === undefined ? `to ${names.get(socket.remotePort) ?? "others"}` : `at ${own}`;
  };
  const counts: Record<string, number> = {};
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    const kind = kindOf(targetOf(`/proc/${pid}/fd/${fd}`));
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return "gone"; // closed since it was listed
  }
}

export const countFiles = (files: OpenFiles): number => Object.values(files).reduce((sum, count) => sum + count, 0);
