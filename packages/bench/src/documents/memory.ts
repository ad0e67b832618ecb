import { join } from "node:path";
import { until } from "@greenroom/shared/testing/until.ts";
import type { Row } from "../bench.ts";
import type { PartOptions } from "./documents.ts";
import { clientsInRoom, type Ground } from "./ground.ts";
import { Inspector, type Memory } from "./inspector.ts";
import { Load } from "./load/load.ts";
import { row } from "./measure.ts";

const kB = 1_000;
/** Of all clients together; each socket may send 60 operations a second. */
const activePerSecond = 1_500;
const warmRooms = 10;

/** A gauge of the session process's own. */
async function gauge(ground: Ground, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${ground.house.stack.ports.session}/metrics`)).text();
  return Number(text.match(new RegExp(`^${name} (\\d+)`, "m"))?.[1]);
}

/** Once so many sockets are left: rooms stay open for a minute after, and hold all that a room holds but sockets. */
async function untilLeft(ground: Ground, sockets: number): Promise<void> {
  await until("the others' sockets are closed", async () => {
    return (await gauge(ground, "greenroom_session_sockets")) === sockets;
  });
}

interface Kind {
  readonly id: string;
  readonly rooms: number;
  /** How many keystrokes each room has behind it. */
  readonly keystrokes: number;
  readonly atMost: number;
}

/** What so many rooms add to the process, each with its document open in four sockets before they went. */
async function measureRooms(ground: Ground, kind: Kind): Promise<Row> {
  const { stack, dataDir, url } = ground.house;
  stack.kill("session", "SIGTERM");
  await stack.restarted("session");
  // Compiled code and caches are no rooms'; these stay to the end.
  const warm = await Load.create({ system: "greenroom", url, rooms: await ground.roomsOfOne(warmRooms) });
  await warm.type({ perSecond: 300, seconds: 3 });
  const inspector = await Inspector.create(stack.pid("session") ?? 0, join(dataDir, "logs/session.log"));
  const rooms = await ground.roomsOfOne(kind.rooms);
  const before = await inspector.memory();
  const load = await Load.create({ system: "greenroom", url, rooms });
  const seconds = (kind.keystrokes * kind.rooms) / activePerSecond;
  if (seconds > 0) await load.type({ perSecond: activePerSecond, seconds });
  await load.close();
  await untilLeft(ground, warmRooms * clientsInRoom);
  const after = await inspector.memory();
  const open = await gauge(ground, "greenroom_session_rooms");
  await Promise.all([inspector.close(), warm.close()]);
  if (open !== kind.rooms + warmRooms) throw new Error(`Of ${kind.rooms + warmRooms} rooms, ${open} are open.`);
  const each = (of: keyof Memory): number => (after[of] - before[of]) / kind.rooms / kB;
  return row({
    id: kind.id,
    unit: "kB",
    ours: each("held"),
    others: { resident: each("resident"), rooms: kind.rooms, "keystrokes/room": kind.keystrokes },
    target: { atMost: kind.atMost },
  });
}

/** In the session process, after garbage collection: heap and buffers; what the kernel counts as resident is beside it. */
export async function measureMemory(ground: Ground, { quick }: PartOptions): Promise<Row[]> {
  return [
    await measureRooms(ground, { id: "idle-room", rooms: quick ? 50 : 300, keystrokes: 0, atMost: 50 }),
    // As many as fill the history that a room keeps to transform late operations.
    await measureRooms(ground, { id: "active-room", rooms: 8, keystrokes: quick ? 500 : 3_500, atMost: 1_000 }),
  ];
}
