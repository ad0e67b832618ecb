import { readFileSync } from "node:fs";
import { relayPorts } from "../../../../scripts/stack/testing/turn-server.ts";
import type { Blocked, CallPage } from "./call-page.ts";
import { Firewall, type Packets } from "./firewall.ts";

/** Where a house is found by those in its calls. */
export interface HousePorts {
  readonly media: number;
  readonly gateway: number;
  /** Of its relay, where it has one. */
  readonly turn?: number;
}

/**
 * The network between browsers and a house: a firewall's rules where this machine lets us lay them, and otherwise what
 * the browsers themselves can be told of it, which is less.
 */
export class Network {
  readonly #ports: HousePorts;
  readonly #firewall: Firewall | undefined;

  static async create(ports: HousePorts): Promise<Network> {
    const say = (words: string): void => void process.stdout.write(`networks of calls: ${words}\n`);
    const firewall = await Firewall.create((reason) =>
      say(`pages only pretend, because this machine takes no rules of a firewall (${reason})`),
    );
    if (firewall) say("a firewall (iptables) swallows packets");
    return new Network(ports, firewall);
  }

  private constructor(ports: HousePorts, firewall: Firewall | undefined) {
    this.#ports = ports;
    this.#firewall = firewall;
  }

  get hasFirewall(): boolean {
    return this.#firewall !== undefined;
  }

  /** From now on, and for those who are in a call as well; where pages pretend, for what they join from now on. */
  async block(blocked: Blocked, calls: readonly CallPage[]): Promise<void> {
    if (this.#firewall) await this.#firewall.swallow(this.#packets(blocked));
    else for (const call of calls) await call.pretend(blocked);
  }

  /**
   * What goes from the ports that are open now to the media service and back, and with `signalling` over any connection
   * to the house, goes nowhere, until something else is blocked, or nothing. Ports that are opened later are not meant.
   */
  async cut({ signalling }: { signalling: boolean }): Promise<void> {
    if (!this.#firewall) throw new Error("Pages cannot pretend that what goes over one port goes nowhere.");
    const { media, gateway } = this.#ports;
    const packets = openPorts().flatMap((port) => bothWays("udp", port, media));
    if (signalling) packets.push(...connectionsTo(gateway).flatMap((port) => bothWays("tcp", port, gateway)));
    await this.#firewall.swallow(packets);
  }

  async close(): Promise<void> {
    await this.#firewall?.close();
  }

  #packets(blocked: Blocked): Packets[] {
    const { media, turn } = this.#ports;
    if (blocked === "none") return [];
    if (blocked === "udp") return ofPort("udp", media);
    const straight: Packets[] = [
      { protocol: "udp", to: media, exceptFrom: relayPorts },
      { protocol: "udp", from: media, exceptTo: relayPorts },
      ...ofPort("tcp", media),
    ];
    if (blocked === "straight" || turn === undefined) return straight;
    return [...straight, ...ofPort("udp", turn), ...ofPort("tcp", turn)];
  }
}

/** What comes to it and what goes from it. */
const ofPort = (protocol: Packets["protocol"], port: number): Packets[] => [
  { protocol, to: port },
  { protocol, from: port },
];

const bothWays = (protocol: Packets["protocol"], one: number, other: number): Packets[] => [
  { protocol, from: one, to: other },
  { protocol, from: other, to: one },
];

const established = "01";

/** The ports of this machine from which there are connections to another of its ports. */
const connectionsTo = (port: number): number[] =>
  sockets("tcp").flatMap(({ local, remote, state }) => (state === established && remote === port ? [local] : []));

/** The ports of this machine that somebody sends from over UDP, or waits on: a browser has one for each way that it tries. */
const openPorts = (): number[] => [...new Set(sockets("udp").map(({ local }) => local))];

/** All of this machine's (proc(5), /proc/net/tcp), by their ports. */
function sockets(protocol: Packets["protocol"]): { local: number; remote: number; state: string | undefined }[] {
  const lines = [protocol, `${protocol}6`].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, "utf8").trim().split("\n").slice(1),
  );
  return lines.map((line) => {
    const [, local = "", remote = "", state] = line.trim().split(/\s+/);
    return { local: portOf(local), remote: portOf(remote), state };
  });
}

const portOf = (address: string): number => Number.parseInt(address.split(":")[1] ?? "", 16);
