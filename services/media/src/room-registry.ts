import { callOwnerKey, type RoomOwner } from "@greenroom/shared/events/room-owner.ts";
import { releaseLease, renewEveryMs, takeLeases } from "@greenroom/shared/node/lease.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { Redis } from "ioredis";
import { Room, type RoomDeps } from "./room.ts";

/** The calls that this process has: opens each once, keeps their leases, and ends what is empty or lost. */
export class RoomRegistry {
  readonly #deps: Omit<RoomDeps, "onLost">;
  readonly #redis: Redis;
  readonly #self: RoomOwner;
  readonly #rooms = new Map<string, Promise<Room | CloseReason>>();
  readonly #open = new Map<string, Room>();
  readonly #timer: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: { deps: Omit<RoomDeps, "onLost">; redis: Redis; self: RoomOwner }) {
    this.#deps = options.deps;
    this.#redis = options.redis;
    this.#self = options.self;
    this.#timer = setInterval(() => {
      this.#renew().catch((error: unknown) => this.#deps.logger.warn({ err: error }, "Leases could not be renewed"));
    }, renewEveryMs);
  }

  rooms(): Room[] {
    return [...this.#open.values()];
  }

  find(sessionId: string): Room | undefined {
    return this.#open.get(sessionId);
  }

  /** The call of a session, opened when it is not yet, or why it is not to be had here. */
  async open(sessionId: string): Promise<Room | CloseReason> {
    if (this.#isClosed) return "service-restart";
    const known = this.#rooms.get(sessionId);
    if (known) return await known;
    const opening = this.#take(sessionId);
    this.#rooms.set(sessionId, opening);
    const room = await opening.catch((error: unknown) => {
      this.#rooms.delete(sessionId);
      throw error;
    });
    if (typeof room === "string") this.#rooms.delete(sessionId);
    return room;
  }

  async #take(sessionId: string): Promise<Room | CloseReason> {
    const key = callOwnerKey(sessionId);
    const taken = await takeLeases({ redis: this.#redis, keys: [key], self: this.#self });
    if (!taken.has(key)) return "moved";
    if (this.#isClosed) return "service-restart";
    const room = new Room(sessionId, { ...this.#deps, onLost: (lost) => this.end(lost, "service-restart") });
    this.#open.set(sessionId, room);
    return room;
  }

  /** Somebody has gone, or did not come in after all. */
  endIfEmpty(room: Room): void {
    if (room.sockets.size === 0) this.end(room, "service-restart");
  }

  /** Ends a call for everybody who is in it. */
  end(room: Room, reason: CloseReason): void {
    const { sessionId } = room;
    if (this.#open.get(sessionId) === room) {
      this.#open.delete(sessionId);
      this.#rooms.delete(sessionId);
      void this.#release(sessionId);
    }
    room.close(reason);
  }

  async #release(sessionId: string): Promise<void> {
    // Otherwise it expires by itself.
    await releaseLease(this.#redis, callOwnerKey(sessionId), this.#self).catch(() => undefined);
  }

  async #renew(): Promise<void> {
    const rooms = this.rooms();
    const keys = rooms.map(({ sessionId }) => callOwnerKey(sessionId));
    const ours = await takeLeases({ redis: this.#redis, keys, self: this.#self });
    for (const room of rooms) if (!ours.has(callOwnerKey(room.sessionId))) this.end(room, "moved");
  }

  /** Everybody is told to come again, wherever the gateway leads them then. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    const rooms = this.rooms();
    for (const room of rooms) this.end(room, "service-restart");
    await Promise.all(rooms.map(({ sessionId }) => this.#release(sessionId)));
  }
}
