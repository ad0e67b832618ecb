import type { Row } from "../bench.ts";
import { row } from "../documents/measure.ts";
import { MediaInside } from "./inside.ts";
import type { PartOptions } from "./media.ts";
import type { MediaGround } from "./media-ground.ts";
import type { MinimalPeer } from "./minimal-peer.ts";
import { joinWithoutBrowser } from "./without-browser.ts";

const megabyte = 1_000_000;
const peersInRoom = 4;
/** Before the first measurement: compiled code and caches are no rooms'. */
const warmRooms = 5;

/** A room of four, each with a microphone and a camera that all the others get: 8 producers, 24 consumers. */
async function openRoom(ground: MediaGround): Promise<MinimalPeer[]> {
  const peers: MinimalPeer[] = [];
  for (const person of await ground.people(peersInRoom))
    peers.push((await joinWithoutBrowser(ground.socketOf(person))).peer);
  return peers;
}

/** What each of many rooms adds to the media service's own process, after garbage collection. */
export async function measureRoomMemory(ground: MediaGround, { quick }: PartOptions): Promise<Row[]> {
  const rooms = quick ? 5 : 25;
  const peers: MinimalPeer[] = [];
  const open = async (count: number): Promise<void> => {
    for (let room = 0; room < count; room++) peers.push(...(await openRoom(ground)));
  };
  await open(warmRooms);
  const inside = await MediaInside.create(ground);
  const look = async () => ({ ...(await inside.memory()), worker: inside.workerResident() });
  const before = await look();
  await open(rooms);
  const after = await look();
  const { consumers } = await inside.held();
  await inside.close();
  await Promise.all(peers.map((peer) => peer.close()));
  const expected = (rooms + warmRooms) * peersInRoom * (peersInRoom - 1) * 2;
  if (consumers < expected) throw new Error(`Of ${expected} consumers there are ${consumers}.`);
  const each = (of: keyof typeof before): number => (after[of] - before[of]) / rooms / megabyte;
  const others = { held: each("held"), worker: each("worker"), rooms };
  return [row({ id: "room-memory", unit: "MB", ours: each("resident"), others })];
}
