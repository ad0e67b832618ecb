import { setTimeout } from "node:timers/promises";
import type { Row } from "../bench.ts";
import { readTicks, stolenSince } from "../stolen.ts";
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

/** A round in which the hypervisor gave more of the machine to others is played again: it measures the others. */
const stolenAtMost = 0.02;

/** The crowd is a new process each time, which compiles what it runs often: in life, everybody types on a machine of their own. */
const warmUpSeconds = 5;
/** Hocuspocus stores what was typed two seconds later: nobody else's round is to bear it. */
const settleMs = 3_000;

interface Round {
  readonly typed: Typed;
  /** Share of the machine's time that a hypervisor gave to others meanwhile. */
  readonly stolen: number;
}

/** The load's process, among those that a round costs something. */
const thoseWhoType = "crowd";

/** Of all rounds the ones least stolen from, whatever they measured. */
const calmest = (played: readonly Round[], count: number): Round[] =>
  played.toSorted((one, other) => one.stolen - other.stolen).slice(0, count);

/** Somebody's crowd, and the processes that serve it besides Postgres. */
interface Side {
  readonly crowd: CrowdOptions;
  /** Of each, by name. */
  readonly pids: Readonly<Record<string, number | undefined>>;
  readonly rounds: Round[];
  /** Seconds of a core, by the same names. */
  readonly cpu: Record<string, number>;
}

async function ourSide(ground: Ground): Promise<Side> {
  const { stack, url } = ground.house;
  const crowd: CrowdOptions = { system: "greenroom", url, rooms: await ground.rooms(roomCount) };
  const pids = { session: stack.pid("session"), gateway: stack.pid("gateway") };
  return { crowd, pids, rounds: [], cpu: {} };
}

async function peerSide(ground: Ground, name: PeerName): Promise<Side> {
  const { url, pids } = await ground.peer(name);
  const [server, hop] = pids;
  const crowd: CrowdOptions = { system: name, url, rooms: peerRooms("remote", roomCount) };
  return { crowd, pids: { [name]: server, [`${name}-hop`]: hop }, rounds: [], cpu: {} };
}

/**
 * One round of a crowd that comes for it and leaves: nobody else's clients are there, which renew what they are shown by
 * even while they do nothing. What it cost each process is added up. Returns whether the machine was ours.
 */
async function typeRound(ground: Ground, side: Side, seconds: number): Promise<boolean> {
  await using load = await Load.create(side.crowd);
  await load.type({ perSecond, seconds: warmUpSeconds });
  const pids = Object.entries({ ...side.pids, postgres: ground.postgres.pid, [thoseWhoType]: load.pid });
  const before = pids.map(([name, pid = 0]) => [name, pid, cpuSeconds(pid)] as const);
  const ticks = readTicks();
  const typed = await load.type({ perSecond, seconds });
  const stolen = stolenSince(ticks);
  side.rounds.push({ typed, stolen });
  for (const [name, pid, spent] of before) side.cpu[name] = (side.cpu[name] ?? 0) + cpuSeconds(pid) - spent;
  return stolen <= stolenAtMost;
}

/** Keystroke due → taken in by another client, committed: everybody's crowd in turn, in the same minutes. */
export async function measureRemote(ground: Ground, { quick, note }: PartOptions): Promise<Row[]> {
  const rounds = quick ? 1 : 3;
  const attempts = quick ? 1 : 3;
  const seconds = quick ? 3 : 6;
  const sides: Record<string, Side> = { greenroom: await ourSide(ground) };
  for (const name of peers) sides[name] = await peerSide(ground, name);
  const toDisk: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [name, side] of Object.entries(sides))
      for (let attempt = 0; attempt < attempts; attempt++) {
        note(`round ${round + 1} of ${rounds}: ${name}`);
        const isCounted = await typeRound(ground, side, seconds);
        await setTimeout(settleMs);
        if (isCounted) break;
      }
    const ticks = readTicks();
    const typed = await typeToDisk(ground.folder, { perSecond, seconds, seed: round + 1 });
    toDisk.push({ typed, stolen: stolenSince(ticks) });
  }
  return rowsOf(sides, { toDisk, rounds });
}

const labels: Readonly<Record<PeerName, string>> = {
  relay: "relay (none)",
  sharedb: "sharedb (durable)",
  hocuspocus: "hocuspocus (debounced)",
};

/** @param toDisk the same keystrokes, flushed to the disk and told to nobody */
function rowsOf(
  sides: Readonly<Record<string, Side>>,
  { toDisk, rounds }: { toDisk: readonly Round[]; rounds: number },
): Row[] {
  const played = (name: string): Round[] => calmest((sides[name] as Side).rounds, rounds); // measureRemote made it
  const of = (figure: (rounds: readonly Round[]) => number): { ours: number; others: Record<string, number> } => ({
    ours: figure(played("greenroom")),
    others: {
      ...Object.fromEntries(peers.map((name) => [labels[name], figure(played(name))])),
      "disk (floor)": figure(toDisk),
    },
  });
  const all = (those: readonly Round[]) => joined(those.map(({ typed }) => typed));
  const latency = (p: (values: ArrayLike<number>) => number) => of((those) => p(all(those).latencies));
  const lag = of((those) => p99(all(those).lags));
  const stolen = of((those) => (those.reduce((sum, round) => sum + round.stolen, 0) / those.length) * 100);
  return [
    row({ id: "remote-p50", unit: "ms", ...latency(p50), target: { atMost: 3 } }),
    row({ id: "remote-p99", unit: "ms", ...latency(p99), target: { atMost: 12 } }),
    row({ id: "load-lag", unit: "ms, p99", ...lag }),
    row({ id: "stolen", unit: "% of the machine", ...stolen }),
    ...Object.values(sides).map(cpuRow),
  ];
}

/** What one keystroke costs who serves it, told to three others: of a core, in microseconds; and those who type and read. */
function cpuRow({ rounds, cpu }: Side): Row {
  const { keystrokes } = joined(rounds.map(({ typed }) => typed));
  const each = Object.fromEntries(Object.entries(cpu).map(([name, seconds]) => [name, (seconds * 1e6) / keystrokes]));
  const [first = "nobody"] = Object.keys(cpu);
  const all = Object.entries(each).reduce((sum, [name, value]) => (name === thoseWhoType ? sum : sum + value), 0);
  return row({ id: `cpu-${first === "session" ? "greenroom" : first}`, unit: "µs/keystroke", ours: all, others: each });
}
