import type { Row } from "../bench.ts";
import type { PartOptions } from "./documents.ts";
import type { Ground } from "./ground.ts";
import type { Typed } from "./load/crowd.ts";
import { Load } from "./load/load.ts";
import { joined, p50, p99, row } from "./measure.ts";
import { perSecond, roomCount } from "./remote.ts";

/** In each room: with four in each of a thousand, the bench would spend minutes on letting people in. */
const tabs = 2;

/** As many keystrokes in twenty times as many rooms: in each of them somebody types every 1.7 seconds. */
export async function measureGrowth(ground: Ground, { quick, note }: PartOptions): Promise<Row[]> {
  const many = quick ? 200 : 1_000;
  const { url } = ground.house;
  note(`${many} rooms are made and entered`);
  // Tabs of one person in each: that many guests would take longer to let in than all the rest.
  const few = await Load.create({ system: "greenroom", url, rooms: await ground.roomsOfOne(roomCount, tabs) });
  const crowd = await Load.create({ system: "greenroom", url, rooms: await ground.roomsOfOne(many, tabs) });
  const rounds: { few: Typed[]; many: Typed[] } = { few: [], many: [] };
  for (const load of [few, crowd]) await load.type({ perSecond, seconds: quick ? 2 : 4 });
  for (let round = 0; round < (quick ? 1 : 2); round++) {
    note(`round ${round + 1}`);
    rounds.few.push(await few.type({ perSecond, seconds: quick ? 3 : 6 }));
    rounds.many.push(await crowd.type({ perSecond, seconds: quick ? 3 : 6 }));
  }
  await Promise.all([few.close(), crowd.close()]);
  const [atFew, atMany] = [joined(rounds.few), joined(rounds.many)];
  const [late, later] = [p99(atFew.latencies), p99(atMany.latencies)];
  return [
    row({
      id: "p99-growth",
      unit: "×",
      ours: later / late,
      others: {
        [`p99 ms at ${roomCount} rooms`]: late,
        [`p99 ms at ${many} rooms`]: later,
        [`p50 ms at ${roomCount} rooms`]: p50(atFew.latencies),
        [`p50 ms at ${many} rooms`]: p50(atMany.latencies),
        "load-lag p99 ms": p99(atMany.lags),
      },
      target: { atMost: 2 },
    }),
  ];
}
