// A crowd in a process of its own: opens its clients, lets them type by the clock, and says what came of it.
import { setTimeout } from "node:timers/promises";
import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import type { Answer, CrowdOptions, Order, Schedule, SystemName, Typed } from "./crowd.ts";
import { Deliveries } from "./deliveries.ts";
import { openGreenroomClient } from "./greenroom-client.ts";
import { openHocuspocusClient } from "./hocuspocus-client.ts";
import { type LiveClient, now, type OpenClient } from "./live-client.ts";
import { beat } from "./metronome.ts";
import { openRelayClient } from "./relay-client.ts";
import { openShareDbClient } from "./sharedb-client.ts";
import { nextKeystroke } from "./typing.ts";

const openers: Readonly<Record<SystemName, OpenClient>> = {
  greenroom: openGreenroomClient,
  relay: openRelayClient,
  sharedb: openShareDbClient,
  hocuspocus: openHocuspocusClient,
};
/** Rooms that are entered at once; in each, one client after the other. */
const roomsAtOnce = 32;
/** How long what is under way at the end may take. */
const drainMs = 5_000;

let clients: LiveClient[] = [];
let deliveries = new Deliveries(0);

async function open({ system, url, rooms }: CrowdOptions): Promise<void> {
  deliveries = new Deliveries((rooms[0]?.tokens.length ?? 1) - 1);
  const waiting = [...rooms];
  const byRoom = new Map<string, LiveClient[]>();
  const enter = async (): Promise<void> => {
    for (let room = waiting.shift(); room; room = waiting.shift()) {
      const entered: LiveClient[] = [];
      for (const token of room.tokens) entered.push(await openers[system]({ url, room: room.name, token, deliveries }));
      byRoom.set(room.name, entered);
    }
  };
  await Promise.all(Array.from({ length: roomsAtOnce }, enter));
  clients = rooms.flatMap(({ name }) => byRoom.get(name) ?? []);
}

async function type(schedule: Schedule): Promise<Typed> {
  const random = randomFrom(schedule.seed + 1);
  const lags: number[] = [];
  await beat(schedule, clients.length, ({ due, client: index }) => {
    const client = clients[index];
    if (!client) return;
    lags.push(now() - due);
    client.type(nextKeystroke(client, random), due);
  });
  const giveUpAt = now() + drainMs;
  while (deliveries.missing > 0 && now() < giveUpAt) await setTimeout(5);
  const { missing } = deliveries;
  return { latencies: deliveries.take(), lags: Float64Array.from(lags), keystrokes: lags.length, missing };
}

async function obey(order: Order): Promise<Answer> {
  try {
    if (order.kind === "type") return { kind: "typed", typed: await type(order.schedule) };
    await open(order.crowd);
    return { kind: "opened" };
  } catch (error) {
    return { kind: "failed", why: error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error) };
  }
}

process.on("message", (order: Order) => void obey(order).then((answer) => process.send?.(answer)));
process.on("disconnect", () => process.exit(0));
