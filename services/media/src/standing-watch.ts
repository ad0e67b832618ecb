import { standingChannel } from "@greenroom/shared/events/standing-changed.ts";
import { sessionChangedChannel } from "@greenroom/shared/events/session-changed.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import type { AskStanding } from "./ask-standing.ts";
import type { Peer } from "./peer.ts";
import type { Room } from "./room.ts";
import type { RoomRegistry } from "./room-registry.ts";

/** Within five seconds of losing access a socket is closed, even if the event about it was lost. [T4] [V8] */
const askEveryMs = 2_000;
const expiryEveryMs = 500;

export interface StandingWatchOptions {
  readonly registry: RoomRegistry;
  readonly askStanding: AskStanding;
  readonly subscriber: Subscriber;
  readonly logger: Logger;
}

/**
 * Closes the sockets of whoever may not be in a call any more: expired tokens by the clock; ended sessions, removed
 * participants, revoked invites and disabled accounts by asking, every two seconds and at once when an event says so.
 */
export class StandingWatch {
  readonly #options: StandingWatchOptions;
  readonly #timers: NodeJS.Timeout[];
  readonly #stops: (() => void)[];
  #isAsking = false;

  constructor(options: StandingWatchOptions) {
    const { registry, subscriber } = options;
    this.#options = options;
    this.#timers = [
      setInterval(() => this.#sweep(), askEveryMs),
      setInterval(() => this.#closeExpired(), expiryEveryMs),
    ];
    this.#stops = [
      subscriber.on(standingChannel, () => void this.#ask(registry.rooms())),
      subscriber.on(sessionChangedChannel, (sessionId) => {
        const room = registry.find(sessionId);
        if (room) void this.#ask([room]);
      }),
    ];
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const stop of this.#stops) stop();
  }

  #closeExpired(): void {
    const now = Date.now();
    for (const room of this.#options.registry.rooms())
      for (const { connection } of room.sockets) if (connection.isExpired(now)) connection.close("unauthenticated");
  }

  /** One at a time: a session service that is slow is not asked more and more. */
  #sweep(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    void this.#ask(this.#options.registry.rooms()).then(() => {
      this.#isAsking = false;
    });
  }

  async #ask(rooms: readonly Room[]): Promise<void> {
    const asked = rooms.flatMap(({ sessionId, sockets }) => [...sockets].map((peer) => ({ sessionId, peer })));
    const bearers = asked.map(({ sessionId, peer }) => ({ sessionId, claims: peer.connection.claims }));
    try {
      const standings = await this.#options.askStanding(bearers);
      for (const [index, { peer }] of asked.entries()) apply(peer, standings[index]);
    } catch (error) {
      this.#options.logger.warn({ err: error }, "The standing of participants cannot be asked for");
    }
  }
}

function apply(peer: Peer, standing: Awaited<ReturnType<AskStanding>>[number] | undefined): void {
  if (!standing) return;
  const { connection } = peer;
  if ("lost" in standing) return connection.close(standing.lost);
  peer.isInRoom = standing.inRoom;
  // Nobody listens whom nobody sees in the room: their seat has waited for them, and is free again.
  if (peer.isJoined && !standing.inRoom) connection.close("timed-out");
}
