import { addGauge, Counter, type Registry } from "@greenroom/shared/node/metrics.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { RoomRegistry } from "./room-registry.ts";
import type { Workers } from "./workers.ts";

/** What the media service counts, beside what every process does. */
export class MediaMetrics {
  readonly #requests: Counter<"type" | "outcome">;
  readonly #closes: Counter<"reason">;
  readonly #paths: Counter<"protocol">;
  readonly #deaths: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#requests = new Counter({
      name: "greenroom_media_requests_total",
      help: "Requests of peers, by what became of them: answered, or the code of the refusal.",
      labelNames: ["type", "outcome"],
      registers,
    });
    this.#closes = new Counter({
      name: "greenroom_media_socket_closes_total",
      help: "Sockets that the service closed, by why.",
      labelNames: ["reason"],
      registers,
    });
    this.#paths = new Counter({
      name: "greenroom_media_paths_total",
      help: "Paths that transports found to their browsers, by protocol.",
      labelNames: ["protocol"],
      registers,
    });
    this.#deaths = new Counter({
      name: "greenroom_media_worker_deaths_total",
      help: "Workers that died and were replaced.",
      registers,
    });
  }

  handled(type: string, outcome: string): void {
    this.#requests.inc({ type, outcome });
  }

  closed(reason: CloseReason): void {
    this.#closes.inc({ reason });
  }

  pathFound(protocol: string): void {
    this.#paths.inc({ protocol });
  }

  workerDied(): void {
    this.#deaths.inc();
  }
}

/** Numbers that are looked at when somebody asks. */
export function watchNumbers(registry: Registry, { rooms, workers }: { rooms: RoomRegistry; workers: Workers }): void {
  const add = (name: string, help: string, ask: () => number): void =>
    addGauge(registry, { name: `greenroom_media_${name}`, help, ask });
  const peers = () => rooms.rooms().flatMap((room) => room.peers);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  add("rooms", "Calls that are open.", () => rooms.rooms().length);
  add("peers", "Participants in calls.", () => peers().length);
  add("producers", "Tracks that are sent.", () => sum(peers().map(({ tracks }) => tracks.size)));
  add("consumers", "Tracks that are received.", () => sum(peers().map(({ received }) => received.size)));
  add("workers", "Workers that are alive.", () => workers.alive.length);
  add("worker_cpu_busiest", "The share of its core that the busiest Worker uses.", () =>
    Math.max(0, ...workers.alive.map(({ share }) => share)),
  );
}
