import type { AccessClaims } from "@greenroom/shared/api/access.ts";
import type { ResponseOf } from "@greenroom/shared/api/route.ts";
import { internalStanding } from "@greenroom/shared/api/service-routes.ts";
import { standingChannel } from "@greenroom/shared/events/standing-changed.ts";
import { sessionChangedChannel } from "@greenroom/shared/events/session-changed.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { CallService } from "@greenroom/shared/node/service-client.ts";
import type { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import type { RoomRegistry } from "./room-registry.ts";

/** Within five seconds of losing access a socket is closed, even if the event about it was lost. [T4] */
const askEveryMs = 2_000;
const expiryEveryMs = 500;

type Lost = ResponseOf<typeof internalStanding>;

function isAmong(lost: Lost, claims: AccessClaims): boolean {
  return claims.kind === "user" ? lost.userIds.includes(claims.sub) : lost.inviteIds.includes(claims.inviteId);
}

/**
 * Whether the bearer of a token that is still good has lost access since it was made. Throws when auth does not answer;
 * then the token is believed, and the watch closes the socket when auth is back.
 */
export async function hasLostAccess(callAuth: CallService, claims: AccessClaims): Promise<boolean> {
  const isUser = claims.kind === "user";
  const body = { userIds: isUser ? [claims.sub] : [], inviteIds: isUser ? [] : [claims.inviteId] };
  return isAmong(await callAuth(internalStanding, { body }), claims);
}

/**
 * Closes the sockets of whoever lost access: expired tokens by the clock; revoked invites and disabled accounts by asking
 * the auth service, every two seconds and at once when an event says so.
 */
export class StandingWatch {
  readonly #registry: RoomRegistry;
  readonly #callAuth: CallService;
  readonly #logger: Logger;
  readonly #timers: NodeJS.Timeout[];
  #stops: (() => void)[] = [];
  #asking = false;

  static create(options: {
    registry: RoomRegistry;
    callAuth: CallService;
    subscriber: Subscriber;
    logger: Logger;
  }): StandingWatch {
    const watch = new StandingWatch(options);
    watch.#stops = [
      options.subscriber.on(standingChannel, () => void watch.#ask()),
      options.subscriber.on(sessionChangedChannel, (sessionId) => void watch.#refresh(sessionId)),
    ];
    return watch;
  }

  private constructor(options: { registry: RoomRegistry; callAuth: CallService; logger: Logger }) {
    this.#registry = options.registry;
    this.#callAuth = options.callAuth;
    this.#logger = options.logger;
    this.#timers = [
      setInterval(() => void this.#ask(), askEveryMs),
      setInterval(() => this.#closeExpired(), expiryEveryMs),
    ];
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const stop of this.#stops) stop();
  }

  async #refresh(sessionId: string): Promise<void> {
    await this.#registry.refresh([sessionId]).catch((error: unknown) => {
      this.#logger.warn({ err: error }, "A session that changed could not be read");
    });
  }

  #closeExpired(): void {
    const now = Date.now();
    for (const room of this.#registry.rooms())
      for (const connection of room.connections) if (connection.isExpired(now)) connection.close("unauthenticated");
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      await this.#closeWithoutStanding();
    } catch (error) {
      this.#logger.warn({ err: error }, "The standing of participants cannot be asked for");
    } finally {
      this.#asking = false;
    }
  }

  async #closeWithoutStanding(): Promise<void> {
    const connections = this.#registry
      .rooms()
      .flatMap((room) => room.connections.map((connection) => ({ room, connection })));
    if (connections.length === 0) return;
    const userIds = new Set<string>();
    const inviteIds = new Set<string>();
    for (const { claims } of connections.map(({ connection }) => connection))
      if (claims.kind === "user") userIds.add(claims.sub);
      else inviteIds.add(claims.inviteId);
    const lost = await this.#callAuth(internalStanding, {
      body: { userIds: [...userIds], inviteIds: [...inviteIds] },
    });
    for (const { room, connection } of connections)
      if (isAmong(lost, connection.claims)) room.expel(connection.participant.id, "revoked");
  }
}
