import type { Row } from "../bench.ts";
import { p50, row } from "../documents/measure.ts";
import { percentile } from "../bench.ts";
import type { JoinTimes, MinimalPeer, MinimalPeerOptions } from "./minimal-peer.ts";
import { cpuTimeMs, withChildren } from "./cpu-time.ts";
import type { PartOptions } from "./media.ts";
import type { MediaGround } from "./media-ground.ts";
import { joinWithoutBrowser } from "./without-browser.ts";

/** There already, each with microphone and camera: whoever joins takes six tracks and gives two. */
const others = 3;
const warmUps = 10;

type Way = "ours" | "service" | "bare";

/** Of ours, those processes that a join keeps busy, but Postgres and Redis. */
const services = ["gateway", "media", "session", "auth"] as const;

/**
 * Joins a room of three others again and again, ours and a bare one in turn, from the socket's opening until everything
 * is produced and every consumer has been resumed. Whoever joins has its device, as a page has that tried the way in its
 * lobby, and asks for everything at once that needs no answer before. `service` joins ours past the gateway: the difference is the gateway's.
 */
export async function measureSignalling(ground: MediaGround, { quick }: PartOptions): Promise<Row[]> {
  const joins = quick ? 10 : 100;
  const [joiner, ...there] = await ground.people(others + 1);
  if (!joiner) throw new Error("Nobody came.");
  const bareRoom = { url: ground.bare.socketUrl("signalling") };
  const stay: MinimalPeer[] = [];
  for (const person of there) stay.push((await joinWithoutBrowser(ground.socketOf(person))).peer);
  for (const _each of there) stay.push((await joinWithoutBrowser(bareRoom)).peer);
  // Both routers can do the same, so one device is good for both.
  const device = stay[0]?.device;
  const ways: Record<Way, Pick<MinimalPeerOptions, "url" | "protocols" | "device">> = {
    bare: { ...bareRoom, device },
    ours: { ...ground.socketOf(joiner), device },
    service: { ...ground.socketOf(joiner, "service"), device },
  };
  const times: Record<Way, JoinTimes[]> = { bare: [], ours: [], service: [] };
  const ours = withChildren(services.flatMap((service) => ground.house.stack.pid(service) ?? []));
  const processes: Record<Way, number[]> = { bare: withChildren([ground.bare.pid]), ours, service: ours };
  const cpu: Record<Way, number[]> = { bare: [], ours: [], service: [] };
  for (let index = 0; index < warmUps + joins; index++) {
    for (const way of ["bare", "ours", "service"] as const) {
      const before = cpuTimeMs(processes[way]);
      const { peer, times: taken } = await joinWithoutBrowser(ways[way]);
      await peer.close();
      if (index < warmUps) continue;
      times[way].push(taken);
      cpu[way].push(cpuTimeMs(processes[way]) - before);
    }
  }
  await Promise.all(stay.map((peer) => peer.close()));
  const of = (way: Way, what: keyof JoinTimes): number => p50(times[way].map((time) => time[what]));
  const p95 = (way: Way): number =>
    percentile(
      times[way].map(({ done }) => done),
      95,
    );
  // To be let in takes the socket's opening, too: the gateway has looked at the token by then.
  const admission = of("service", "joined") - of("bare", "joined");
  return [
    row({
      id: "signalling",
      unit: "of bare",
      ours: of("ours", "done") / of("bare", "done"),
      others: {
        "ours-ms": of("ours", "done"),
        "bare-ms": of("bare", "done"),
        "p95-ratio": p95("ours") / p95("bare"),
        "gateway-ms": of("ours", "done") - of("service", "done"),
        "authorisation-ms": admission,
        // Of a core, for coming and leaving again.
        "ours-cpu-ms": p50(cpu.ours),
        "service-cpu-ms": p50(cpu.service),
        "bare-cpu-ms": p50(cpu.bare),
        "without-gateway": of("service", "done") / of("bare", "done"),
      },
    }),
  ];
}
