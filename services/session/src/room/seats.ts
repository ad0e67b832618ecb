import { type Role, takesSeat } from "@greenroom/shared/roles.ts";

interface Seat {
  role: Role;
  release: NodeJS.Timeout | undefined;
}

/**
 * Who sits in a room. A seat belongs to a participant, not to a socket; it is free again a while after their last socket
 * closed. One seat is kept for an interviewer, and observers take none. Claims are synchronous: however many come in the
 * same instant, the count is kept. [S1–S4]
 */
export class Seats {
  readonly #capacity: number;
  readonly #graceMs: number;
  readonly #seats = new Map<string, Seat>();
  readonly #onRelease: (participantId: string) => void;
  #closed = false;

  constructor(options: { capacity: number; graceMs: number; onRelease: (participantId: string) => void }) {
    this.#capacity = options.capacity;
    this.#graceMs = options.graceMs;
    this.#onRelease = options.onRelease;
  }

  has(participantId: string): boolean {
    return this.#seats.has(participantId);
  }

  /** @returns whether the participant may be in the room: with a seat now, or without needing one */
  claim(participantId: string, role: Role): boolean {
    if (!takesSeat(role)) return true;
    const seat = this.#seats.get(participantId);
    if (seat) {
      clearTimeout(seat.release);
      seat.release = undefined;
      seat.role = role;
      return true;
    }
    const keptForInterviewer = role === "interviewer" || this.#hasInterviewer() ? 0 : 1;
    if (this.#seats.size + keptForInterviewer >= this.#capacity) return false;
    this.#seats.set(participantId, { role, release: undefined });
    return true;
  }

  /** The participant's last socket is gone: the seat waits for them a while. */
  leave(participantId: string): void {
    const seat = this.#seats.get(participantId);
    if (!seat || this.#closed) return;
    clearTimeout(seat.release);
    seat.release = setTimeout(() => this.free(participantId), this.#graceMs);
  }

  /** Frees a seat at once. */
  free(participantId: string): void {
    const seat = this.#seats.get(participantId);
    if (!seat) return;
    clearTimeout(seat.release);
    this.#seats.delete(participantId);
    this.#onRelease(participantId);
  }

  /** Forgets all timers; who sits is on record. */
  close(): void {
    this.#closed = true;
    for (const seat of this.#seats.values()) clearTimeout(seat.release);
  }

  #hasInterviewer(): boolean {
    return [...this.#seats.values()].some((seat) => seat.role === "interviewer");
  }
}
