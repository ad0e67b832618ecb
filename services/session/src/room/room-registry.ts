import { roomOwnerKey, type RoomOwner } from "@greenroom/shared/events/room-owner.ts";
import { releaseLease, renewEveryMs, takeLeases } from "@greenroom/shared/node/lease.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { Redis } from "ioredis";
import { listRemovedParticipants } from "../participant/participant-repository.ts";
import { listChanged, raiseEpoch } from "../session/session-repository.ts";
import { Room, type RoomDeps } from "./room.ts";

/** How often rooms are compared with their rows: an event about them may be lost. */
const lookEveryMs = 2_000;
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
  readonly #timers: NodeJS.Timeout[];
  #closed = false;

  constructor(options: { deps: Omit<RoomDeps, "onLost">; redis: Redis; self: RoomOwner; logger: Logger }) {
    this.#deps = options.deps;
    this.#redis = options.redis;
    this.#self = options.self;
    this.#logger = options.logger;
    const every = (intervalMs: number, act: () => Promise<void>, complaint: string): NodeJS.Timeout =>
      setInterval(() => void act().catch((error: unknown) => this.#logger.warn({ err: error }, complaint)), intervalMs);
    this.#timers = [
      every(renewEveryMs, () => this.#renew(), "Leases could not be renewed"),
      every(lookEveryMs, () => this.refresh([...this.#open.keys()]), "The rooms' sessions could not be looked at"),
    ];
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
    const key = roomOwnerKey(sessionId);
    const taken = await takeLeases({ redis: this.#redis, keys: [key], self: this.#self });
    if (!taken.has(key)) throw new RoomUnavailable("moved");
    const session = await raiseEpoch(this.#deps.db, sessionId);
    if (!session) {
      await releaseLease(this.#redis, key, this.#self);
      throw new RoomUnavailable("session-not-found");
    }
    return await Room.create({ ...this.#deps, onLost: (room) => this.#lost(room) }, session);
  }

  /** Every room that is open now. */
  rooms(): Room[] {
    return [...this.#open.values()];
  }

  /** The room of a session, if it is open here. */
  find(sessionId: string): Room | undefined {
    return this.#open.get(sessionId);
  }

  /** Looks at these sessions' rows again: something about them changed elsewhere. */
  async refresh(sessionIds: readonly string[]): Promise<void> {
    const rooms = sessionIds.flatMap((id) => this.#open.get(id) ?? []);
    const open = rooms.map(({ sessionId }) => sessionId);
    const [rows, removed] = await Promise.all([
      listChanged(
        this.#deps.db,
        rooms.map(({ events }) => events.fence),
      ),
      listRemovedParticipants(this.#deps.db, open),
    ]);
    for (const row of rows) this.#open.get(row.id)?.refresh(row);
    for (const { session_id: sessionId, id } of removed) this.#open.get(sessionId)?.expel(id, "removed");
  }

  async #renew(): Promise<void> {
    const isIdle = ({ idleSince, runs }: Room): boolean =>
      idleSince !== undefined && Date.now() - idleSince > closeIdleAfterMs && !runs.isActive;
    const rooms = this.rooms();
    const idle = rooms.filter(isIdle);
    const kept = rooms.filter((room) => !idle.includes(room));
    const keys = kept.map(({ sessionId }) => roomOwnerKey(sessionId));
    const ours = await takeLeases({ redis: this.#redis, keys, self: this.#self });
    const moved = kept.filter(({ sessionId }) => !ours.has(roomOwnerKey(sessionId)));
    await Promise.all([
      ...idle.map((room) => this.#letGo(room, "service-restart")),
      ...moved.map((room) => this.#letGo(room, "moved")),
    ]);
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
    await room.close(reason, async () => {
      // Whoever came back meanwhile has opened it anew: then the lease is the new room's.
      if (this.#rooms.has(room.sessionId)) return;
      await releaseLease(this.#redis, roomOwnerKey(room.sessionId), this.#self).catch(() => undefined); // it expires by itself
    });
  }

  /** Hands every room over: all that was acknowledged is in Postgres, and whoever comes first takes the room. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.rooms().map((room) => this.#letGo(room, "service-restart")));
    // Those still opening see that we are closed, and let go themselves.
    await Promise.allSettled(this.#rooms.values());
  }
}
