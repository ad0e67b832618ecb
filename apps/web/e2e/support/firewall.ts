import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
/** With the number of the test's process, which tells what is left over. */
const chainPrefix = "greenroom-test-";
let made = 0;
const hook = (chain: string): string[] => ["INPUT", "--in-interface", "lo", "--jump", chain];

/** Packets from one port of this machine to another, or those of many. */
export interface Packets {
  readonly protocol: "udp" | "tcp";
  readonly from?: number;
  readonly to?: number;
  /** These source ports, or destination ports, are not meant. */
  readonly exceptFrom?: Ports;
  readonly exceptTo?: Ports;
}
interface Ports {
  readonly first: number;
  readonly last: number;
}

/**
 * Swallows packets between programs of this machine, as a network would: where they arrive, because whoever sends a
 * packet that its own side drops is told so. IPv4 alone. What it has laid is gone when it is closed, when its process
 * ends, and at the latest when the next one is made.
 */
export class Firewall {
  readonly #chain = `${chainPrefix}${process.pid}-${++made}`;
  readonly #atExit = (): void => void removeNow(this.#chain);
  #isClosed = false;

  /** Undefined where this machine lets nobody lay rules; `onRefused` hears why. */
  static async create(onRefused: (reason: string) => void): Promise<Firewall | undefined> {
    const firewall = new Firewall();
    try {
      await removeLeftovers();
      await iptables("--new-chain", firewall.#chain);
      process.once("exit", firewall.#atExit);
      await iptables("--insert", ...hook(firewall.#chain));
      // A kernel may know chains and no ports.
      await firewall.swallow([{ protocol: "udp", to: 9, exceptFrom: { first: 1, last: 2 } }]);
      await firewall.swallow([]);
      return firewall;
    } catch (error) {
      await firewall.close();
      onRefused(error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : String(error));
      return undefined;
    }
  }

  /** From now on these go nowhere, and all others do. */
  async swallow(packets: readonly Packets[]): Promise<void> {
    const rules = packets.map((some) => ["--append", this.#chain, ...matchOf(some), "--jump", "DROP"].join(" "));
    // A chain that is named is emptied first: all at once is the new state.
    const table = ["*filter", `:${this.#chain} - [0:0]`, ...rules, "COMMIT", ""].join("\n");
    const restoring = run("iptables-restore", ["--wait", "--noflush"]);
    restoring.child.stdin?.end(table);
    await restoring;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    process.off("exit", this.#atExit);
    removeNow(this.#chain);
  }
}

function matchOf({ protocol, from, to, exceptFrom, exceptTo }: Packets): string[] {
  return [
    "--protocol",
    protocol,
    ...(from === undefined ? [] : ["--source-port", String(from)]),
    ...(exceptFrom ? ["!", "--source-port", `${exceptFrom.first}:${exceptFrom.last}`] : []),
    ...(to === undefined ? [] : ["--destination-port", String(to)]),
    ...(exceptTo ? ["!", "--destination-port", `${exceptTo.first}:${exceptTo.last}`] : []),
  ];
}

const iptables = (...args: string[]) => run("iptables", ["--wait", ...args]);

/** Of tests that were killed. */
async function removeLeftovers(): Promise<void> {
  const { stdout } = await iptables("--list-rules");
  for (const [, chain = "", pid] of stdout.matchAll(/^-N (greenroom-test-(\d+)-\d+)$/gm))
    if (!isAlive(Number(pid))) removeNow(chain);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's lives, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Without a pause, because a process that ends has none; what is not there is removed already. */
function removeNow(chain: string): void {
  for (const args of [
    ["--delete", ...hook(chain)],
    ["--flush", chain],
    ["--delete-chain", chain],
  ])
    try {
      execFileSync("iptables", ["--wait", ...args], { stdio: "ignore" });
    } catch {
      // Not there.
    }
}
