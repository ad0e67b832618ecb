import { setTimeout } from "node:timers/promises";
import type { Row } from "../bench.ts";
import { countStolen, type Played, playCalmly } from "../stolen.ts";
import type { PartOptions } from "./documents.ts";
import { typeToDisk } from "./flush-floor.ts";
import { type Ground, peerRooms } from "./ground.ts";
import type { CrowdOptions, Typed } from "./load/crowd.ts";
import { Load } from "./load/load.ts";
import { cpuSeconds, joined, p50, p99, row } from "./measure.ts";
import type { PeerName } from "./peers/peers.ts";

export const roomCount = 50;
/** 50 rooms × 4 clients × 3 operations a second. */
export const perSecond = 600;
const peers: readonly PeerName[] = ["relay", "sharedb", "hocuspocus"];

/** The crowd is a new process each time, which compiles what it runs often: in life, everybody types on a machine of their own. */
const warmUpSeconds = 5;
/** Hocuspocus stores what was typed two seconds later: nobody else's round is to bear it. */
const settleMs = 3_000;

interface Round {
  readonly typed: Typed;
  /** Of each process, by its name: seconds of a core. */
  readonly cpu: Readonly<Record<string, number>>;
}

/** The load's process, among those that a round costs something. */
const thoseWhoType = "crowd";

/** Somebody's crowd, and the processes that serve it besides Postgres. */
interface Side {
  readonly crowd: CrowdOptions;
  /** Of each, by name. */
  readonly pids: Readonly<Record<string, number | undefined>>;
  readonly rounds: Played<Round>[];
}

async function ourSide(ground: Ground): Promise<Side> {
  const { stack, url } = ground.house;
  const crowd: CrowdOptions = { system: "greenroom", url, rooms: await ground.rooms(roomCount) };
  const pids = { session: stack.pid("session"), gateway: stack.pid("gateway") };
  return { crowd, pids, rounds: [] };
}

async function peerSide(ground: Ground, name: PeerName): Promise<Side> {
  const { url, pids } = await ground.peer(name);
  const [server, hop] = pids;
  const crowd: CrowdOptions = { system: name, url, rooms: peerRooms("remote", roomCount) };
  return { crowd, pids: { [name]: server, [`${name}-hop`]: hop }, rounds: [] };
}

/**
 * One round of a crowd that comes for it and leaves: nobody else's clients are there, which renew what they are shown by
 * even while they do nothing.
 */
async function typeRound(ground: Ground, { crowd, pids }: Side, seconds: number): Promise<Played<Round>> {
  await using load = await Load.create(crowd);
  await load.type({ perSecond, seconds: warmUpSeconds });
  const all = Object.entries({ ...pids, postgres: ground.postgres.pid, [thoseWhoType]: load.pid });
  const before = all.map(([name, pid = 0]) => [name, pid, cpuSeconds(pid)] as const);
  const { of: typed, stolen } = await countStolen(() => load.type({ perSecond, seconds }));
  const cpu = Object.fromEntries(before.map(([name, pid, spent]) => [name, cpuSeconds(pid) - spent]));
  return { of: { typed, cpu }, stolen };
}

/** Keystroke due → taken in by another client, committed: everybody's crowd in turn, in the same minutes. */
export async function measureRemote(ground: Ground, { quick, note }: PartOptions): Promise<Row[]> {
  const rounds = quick ? 1 : 3;
  const attempts = quick ? 1 : 3;
  const seconds = quick ? 3 : 6;
  const sides: Record<string, Side> = { greenroom: await ourSide(ground) };
  for (const name of peers) sides[name] = await peerSide(ground, name);
  const toDisk: Played<Round>[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [name, side] of Object.entries(sides)) {
      const play = async (): Promise<Played<Round>> => {
        note(`round ${round + 1} of ${rounds}: ${name}`);
        const played = await typeRound(ground, side, seconds);
        await setTimeout(settleMs);
        return played;
      };
      side.rounds.push(await playCalmly(attempts, play));
    }
    const flush = () => typeToDisk(ground.folder, { perSecond, seconds, seed: round + 1 });
    toDisk.push(await countStolen(async () => ({ typed: await flush(), cpu: {} })));
  }
  return rowsOf(sides, toDisk);
}

const labels: Readonly<Record<PeerName, string>> = {
  relay: "relay (none)",
  sharedb: "sharedb (durable)",
  hocuspocus: "hocuspocus (debounced)",
};

/** @param toDisk the same keystrokes, flushed to the disk and told to nobody */
function rowsOf(sides: Readonly<Record<string, Side>>, toDisk: readonly Played<Round>[]): Row[] {
  const played = (name: string) => (sides[name] as Side).rounds; // measureRemote made it
  const of = (figure: (rounds: readonly Played<Round>[]) => number) => ({
    ours: figure(played("greenroom")),
    others: {
      ...Object.fromEntries(peers.map((name) => [labels[name], figure(played(name))])),
      "disk (floor)": figure(toDisk),
    },
  });
  const latency = (p: (values: ArrayLike<number>) => number) => of((those) => p(allTyped(those).latencies));
  const lag = of((those) => p99(allTyped(those).lags));
  const stolen = of((those) => (those.reduce((sum, round) => sum + round.stolen, 0) / those.length) * 100);
  return [
    row({ id: "remote-p50", unit: "ms", ...latency(p50), target: { atMost: 3 } }),
    row({ id: "remote-p99", unit: "ms", ...latency(p99), target: { atMost: 12 } }),
    row({ id: "load-lag", unit: "ms, p99", ...lag }),
    row({ id: "stolen", unit: "% of the machine", ...stolen }),
    ...Object.values(sides).map(cpuRow),
  ];
}

const allTyped = (rounds: readonly Played<Round>[]) => joined(rounds.map(({ of }) => of.typed));

/** What one keystroke costs who serves it, told to three others: of a core, in microseconds; and those who type and read. */
function cpuRow({ pids, rounds }: Side): Row {
  const { keystrokes } = allTyped(rounds);
  const names = Object.keys(rounds[0]?.of.cpu ?? {});
  const spent = (name: string) => rounds.reduce((sum, { of }) => sum + (of.cpu[name] ?? 0), 0);
  const each = Object.fromEntries(names.map((name) => [name, (spent(name) * 1e6) / keystrokes]));
  const [first = "nobody"] = Object.keys(pids);
  const all = Object.entries(each).reduce((sum, [name, value]) => (name === thoseWhoType ? sum : sum + value), 0);
  return row({ id: `cpu-${first === "session" ? "greenroom" : first}`, unit: "µs/keystroke", ours: all, others: each });
}
