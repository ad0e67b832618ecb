import type { Row } from "../bench.ts";
import type { PartOptions } from "./documents.ts";
import { type Ground, peerRooms } from "./ground.ts";
import type { CrowdOptions } from "./load/crowd.ts";
import { now } from "./load/live-client.ts";
import { Load } from "./load/load.ts";
import { joined, p99, row } from "./measure.ts";
import type { PeerName } from "./peers/peers.ts";
import { roomCount } from "./remote.ts";

/** Held: every keystroke arrives everywhere, 99 of 100 within this many milliseconds of when they were due. */
const withinMs = 50;
/** From one rate to the next; between the last that was held and the first that was not, one more is tried. */
const step = 1.5;
/** When not even the first is held. */
const stepDown = 2;
const lowest = 10;
/** How long one system's limit is looked for; what is not found by then is not tried. */
const climbAtMostMs = 35_000;

interface Ramp {
  readonly crowd: CrowdOptions;
  readonly from: number;
  readonly seconds: number;
  readonly note: (text: string) => void;
  /** When nothing more is tried: milliseconds of `now`. */
  readonly giveUpAt: number;
}

interface Tried {
  readonly held: boolean;
  /** The load's own lateness, p99 in milliseconds. */
  readonly lag: number;
}

/** A rate gets two tries: a checkpoint of Postgres or a neighbour on the machine is not the server's limit. */
async function holds(load: Load, perSecond: number, { seconds, note, crowd, giveUpAt }: Ramp): Promise<Tried> {
  let lag = 0;
  for (let attempt = 0; attempt < 2; attempt++) {
    const typed = await load.type({ perSecond, seconds });
    const all = joined([typed]);
    lag = p99(all.lags);
    const late = p99(all.latencies);
    note(
      `${crowd.system}: ${Math.round(perSecond)} a second, p99 ${Math.round(late)} ms (load ${Math.round(lag)} ms late)`,
    );
    if (late <= withinMs) return { held: true, lag };
    // Far beyond it, a second try is a waste of time.
    if (late > 4 * withinMs || now() > giveUpAt) break;
  }
  return { held: false, lag };
}

/** Each crowd is a new one: what an overloaded server still has to do for the last is not the next one's. */
async function tryWithNewCrowd(ramp: Ramp, perSecond: number): Promise<Tried> {
  const load = await Load.create(ramp.crowd);
  try {
    await load.type({ perSecond: Math.min(perSecond, ramp.from), seconds: 1 });
    return await holds(load, perSecond, ramp);
  } finally {
    await load.close();
  }
}

/** The most keystrokes a second that are held, by all clients together, and how late the load was then. */
async function climb(options: Omit<Ramp, "giveUpAt">): Promise<{ rate: number; lag: number }> {
  const ramp = { ...options, giveUpAt: now() + climbAtMostMs };
  let best = { rate: 0, lag: 0 };
  let failed = Number.POSITIVE_INFINITY;
  const load = await Load.create(ramp.crowd);
  await load.type({ perSecond: ramp.from, seconds: 2 });
  for (let rate = ramp.from; failed === Number.POSITIVE_INFINITY; rate *= step) {
    const { held, lag } = await holds(load, rate, ramp);
    if (held) best = { rate, lag };
    else failed = rate;
  }
  await load.close();
  while (best.rate === 0 && failed > lowest && now() < ramp.giveUpAt) {
    const rate = failed / stepDown;
    const { held, lag } = await tryWithNewCrowd(ramp, rate);
    if (held) best = { rate, lag };
    else failed = rate;
  }
  if (best.rate === 0 || now() > ramp.giveUpAt) return best;
  const between = Math.sqrt(best.rate * failed);
  const { held, lag } = await tryWithNewCrowd(ramp, between);
  return held ? { rate: between, lag } : best;
}

/** The same 50 rooms of four, who type ever quicker. */
export async function measureRate(ground: Ground, { quick, note }: PartOptions): Promise<Row[]> {
  const seconds = quick ? 2 : 4;
  const { url } = ground.house;
  const rooms = await ground.rooms(roomCount);
  const ours = await climb({ crowd: { system: "greenroom", url, rooms }, from: 600, seconds, note });
  const climbPeer = async (system: PeerName, from: number): Promise<number> => {
    const peer = await ground.peer(system);
    const crowd = { system, url: peer.url, rooms: peerRooms("rate", roomCount) };
    return (await climb({ crowd, from, seconds, note })).rate;
  };
  const sharedb = await climbPeer("sharedb", 100);
  const hocuspocus = await climbPeer("hocuspocus", 600);
  const others = {
    "sharedb (durable)": sharedb,
    "hocuspocus (debounced)": hocuspocus,
    "load-lag p99 ms": ours.lag,
  };
  const held = row({ id: "rate", unit: "operations/s", ours: ours.rate, others });
  // Of nothing there is no ratio: the machine was too busy, or the disk too slow, for ShareDB at its lowest.
  if (sharedb === 0) return [held];
  const ratio = ours.rate / sharedb;
  return [held, row({ id: "rate-held", unit: "× sharedb", ours: ratio, target: { atLeast: 3 } })];
}
