import type { RoomOwner } from "@greenroom/shared/events/room-owner.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { Redis } from "ioredis";
import { listRemovedParticipants } from "../participant/participant-repository.ts";
import { listSessionRows, raiseEpoch } from "../session/session-repository.ts";
import { releaseLease, renewEveryMs, takeLease } from "./lease.ts";
import { Room, type RoomDeps } from "./room.ts";

/** A room in which nobody has been for so long is closed. */
const closeIdleAfterMs = 60_000;

/** A room that this process cannot open; the reason closes the socket that asked. */
export class RoomUnavailable extends Error {
  readonly reason: CloseReason;
  constructor(reason: CloseReason) {
    super(`The room cannot be opened here: ${reason}.`);
    this.reason = reason;
  }
}

/** The rooms that this process owns: opens each once, keeps their leases, and lets go of what is idle or lost. */
export class RoomRegistry {
  readonly #deps: Omit<RoomDeps, "onLost">;
  readonly #redis: Redis;
  readonly #self: RoomOwner;
  readonly #logger: Logger;
  readonly #rooms = new Map<string, Promise<Room>>();
  /** Those of them that are open: one that hangs while it opens holds up nobody else. */
  readonly #open = new Map<string, Room>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(options: { deps: Omit<RoomDeps, "onLost">; redis: Redis; self: RoomOwner; logger: Logger }) {
    this.#deps = options.deps;
    this.#redis = options.redis;
    this.#self = options.self;
    this.#logger = options.logger;
    this.#timer = setInterval(() => {
      void this.#tend().catch((error: unknown) => this.#logger.warn({ err: error }, "The rooms could not be tended"));
    }, renewEveryMs);
  }

  /** The room of a session, opened when it is not yet; RoomUnavailable when it is not to be had here. */
  async open(sessionId: string): Promise<Room> {
    if (this.#closed) throw new RoomUnavailable("service-restart");
    const known = this.#rooms.get(sessionId);
    if (known) return await known;
    const opening = this.#take(sessionId);
    this.#rooms.set(sessionId, opening);
    try {
      const room = await opening;
      this.#open.set(sessionId, room);
      if (this.#closed) {
        await this.#letGo(room, "service-restart");
        throw new RoomUnavailable("service-restart");
      }
      return room;
    } catch (error) {
      if (this.#rooms.get(sessionId) === opening) this.#rooms.delete(sessionId);
      throw error;
    }
  }

  async #take(sessionId: string): Promise<Room> {
    if (!(await takeLease(this.#redis, sessionId, this.#self))) throw new RoomUnavailable("moved");
    const session = await raiseEpoch(this.#deps.db, sessionId);
    if (!session) {
      await releaseLease(this.#redis, sessionId, this.#self);
      throw new RoomUnavailable("session-not-found");
    }
    return await Room.create({ ...this.#deps, onLost: (room) => this.#lost(room) }, session);
  }

  /** Every room that is open now. */
  rooms(): Room[] {
    return [...this.#open.values()];
  }

  /** Looks at these sessions' rows again: something about them changed elsewhere. */
  async refresh(sessionIds: readonly string[]): Promise<void> {
    const open = sessionIds.filter((id) => this.#open.has(id));
    const [rows, removed] = await Promise.all([
      listSessionRows(this.#deps.db, open),
      listRemovedParticipants(this.#deps.db, open),
    ]);
    for (const row of rows) this.#open.get(row.id)?.refresh(row);
    for (const { session_id: sessionId, id } of removed) this.#open.get(sessionId)?.expel(id, "removed");
  }

  async #tend(): Promise<void> {
    await Promise.all([this.refresh([...this.#open.keys()]), ...this.rooms().map((room) => this.#renew(room))]);
  }

  async #renew(room: Room): Promise<void> {
    const idle = room.idleSince !== undefined && Date.now() - room.idleSince > closeIdleAfterMs;
    if (idle && !room.runs.isActive) await this.#letGo(room, "service-restart");
    else if (!(await takeLease(this.#redis, room.sessionId, this.#self))) await this.#letGo(room, "moved");
  }

  #lost(room: Room): void {
    void this.#letGo(room, "moved").catch((error: unknown) => {
      this.#logger.error({ err: error, sessionId: room.sessionId }, "A lost room could not be closed");
    });
  }

  async #letGo(room: Room, reason: CloseReason): Promise<void> {
    if (this.#open.get(room.sessionId) === room) {
      this.#open.delete(room.sessionId);
      this.#rooms.delete(room.sessionId);
    }
    await room.close(reason);
    // Whoever came back meanwhile has opened it anew: then the lease is the new room's.
    if (this.#rooms.has(room.sessionId)) return;
    await releaseLease(this.#redis, room.sessionId, this.#self).catch(() => undefined); // it expires by itself
  }

  /** Hands every room over: all that was acknowledged is in Postgres, and whoever comes first takes the room. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await Promise.all(this.rooms().map((room) => this.#letGo(room, "service-restart")));
    // Those still opening see that we are closed, and let go themselves.
    await Promise.allSettled(this.#rooms.values());
  }
}
