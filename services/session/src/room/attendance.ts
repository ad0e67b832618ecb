import type { LoggedParticipant } from "@greenroom/shared/log/state.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { RoomParticipant } from "@greenroom/shared/protocol/presence.ts";
import { type Role, takesSeat } from "@greenroom/shared/roles.ts";
import { FencedError, type RoomLog } from "../log/room-log.ts";
import {
  type Joining,
  type ParticipantRow,
  releaseSeat,
  removeParticipant,
  saveParticipant,
  unsaved,
} from "../participant/participant-repository.ts";
import type { Audience } from "./audience.ts";
import type { LiveState } from "./live-state.ts";
import { Seats } from "./seats.ts";

/** How long those who were here when the last process died have to come back before the log says that they left. */
const comeBackMs = 10_000;

interface AttendanceOptions {
  readonly log: RoomLog;
  readonly live: LiveState;
  readonly audience: Audience;
  readonly participants: readonly ParticipantRow[];
  readonly capacity: number;
  readonly graceMs: number;
  /** Whether the session goes on. */
  readonly isLive: () => boolean;
  /** Who is here has changed. */
  readonly onChange: () => void;
  readonly logger: Logger;
}

/** Who is in a session and who was: their rows, their seats, and what the log says of their coming and going. */
export class Attendance {
  readonly #options: AttendanceOptions;
  readonly #seats: Seats;
  readonly #participants = new Map<string, ParticipantRow>();
  /** Whom the log has as connected once all of it is committed, and as what. */
  readonly #logged = new Map<string, string>();
  #absence: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: AttendanceOptions) {
    this.#options = options;
    const { capacity, graceMs } = options;
    this.#seats = new Seats({ capacity, graceMs, onRelease: (participantId) => this.#seatReleased(participantId) });
    for (const participant of options.participants) this.#restore(participant);
    if (this.#logged.size > 0) this.#absence = setTimeout(() => this.#writeDownAbsent(), comeBackMs);
  }

  /** Who had a seat when the last process died still has it, for as long as anybody whose last socket just closed. */
  #restore(participant: ParticipantRow): void {
    const { id, role } = participant;
    this.#participants.set(id, participant);
    if (!this.#options.isLive()) return;
    const logged = this.#options.live.current.participants[id];
    if (logged?.connected) this.#logged.set(id, wordsOf(logged));
    if (!participant.seated || participant.removed_at) return;
    this.#seats.claim(id, role);
    this.#seats.leave(id);
  }

  find(participantId: string): ParticipantRow | undefined {
    return this.#participants.get(participantId);
  }

  /**
   * Lets somebody in, or says why not. The seat is claimed before anything is waited for, so that however many come in
   * one instant, the count is kept. [S1]
   */
  async enter(who: { sessionId: string; id: string; name: string; role: Role }): Promise<ParticipantRow | CloseReason> {
    const { sessionId, id, name, role } = who;
    const isLive = this.#options.isLive();
    const known = this.#participants.get(id);
    if (known?.removed_at) return "removed";
    if (isLive && !this.#seats.claim(id, role)) return "room-full";
    const color = known?.color ?? this.#participants.size;
    const joining = { sessionId, participantId: id, name, role, color, seated: isLive && takesSeat(role) };
    const provisional = known ?? unsaved(joining);
    this.#participants.set(id, provisional);
    const saved = isLive ? await this.#save(joining) : provisional;
    // Things happen while Postgres writes.
    if (typeof saved !== "string" && !saved.removed_at && !this.#participants.get(id)?.removed_at) {
      this.#participants.set(id, saved);
      return saved;
    }
    this.leave(id);
    return typeof saved === "string" ? saved : "removed";
  }

  async #save(joining: Joining): Promise<ParticipantRow | CloseReason> {
    const { participantId, name, role, color } = joining;
    const words = wordsOf(joining);
    const isNews = this.#logged.get(participantId) !== words;
    this.#logged.set(participantId, words);
    let saved = unsaved(joining);
    try {
      await this.#options.log.append(
        isNews ? [{ kind: "participant.joined", participantId, body: { name, role, color } }] : [],
        async (transaction) => {
          saved = await saveParticipant(transaction, joining);
        },
      );
      return saved;
    } catch (error) {
      if (isNews) this.#logged.delete(participantId);
      if (error instanceof FencedError) return "moved";
      this.#options.logger.error({ err: error }, "A participant could not be written down");
      return "internal-error";
    }
  }

  /** The seat of somebody without a socket waits for them a while; that they left is written down. */
  leave(participantId: string): void {
    if (this.#options.audience.has(participantId)) return;
    this.#seats.leave(participantId);
    if (this.#absence === undefined) this.#writeDownAbsent();
  }

  #writeDownAbsent(): void {
    this.#absence = undefined;
    if (!this.#options.isLive() || this.#closed) return;
    for (const participantId of this.#logged.keys()) {
      if (this.#options.audience.has(participantId)) continue;
      this.#logged.delete(participantId);
      this.#options.log.push({ kind: "participant.left", participantId, body: {} });
    }
  }

  /** Takes a participant out of the session, for good. */
  async remove(participantId: string, by: string): Promise<void> {
    const { log } = this.#options;
    await log.append(
      [{ kind: "participant.removed", participantId: by, body: { removed: participantId } }],
      async (transaction) => await removeParticipant(transaction, log.fence.sessionId, participantId),
    );
  }

  /** Somebody was removed: their seat is free at once, and nothing more is said of them. */
  markRemoved(participantId: string): void {
    const participant = this.#participants.get(participantId);
    if (participant) this.#participants.set(participantId, { ...participant, removed_at: new Date() });
    this.#logged.delete(participantId);
  }

  freeSeat(participantId: string): void {
    this.#seats.free(participantId);
  }

  #seatReleased(participantId: string): void {
    const { log, logger, onChange } = this.#options;
    const release = log.append([], async (transaction) => {
      await releaseSeat(transaction, log.fence.sessionId, participantId);
    });
    release.catch((error: unknown) => {
      if (!(error instanceof FencedError)) logger.warn({ err: error }, "A free seat could not be written down");
    });
    onChange();
  }

  /** Everybody with a seat, and everybody connected. [P3] */
  here(): RoomParticipant[] {
    return [...this.#participants.values()]
      .filter(({ id }) => this.#seats.has(id) || this.#options.audience.has(id))
      .map((participant) => this.describe(participant));
  }

  describe({ id, name, role, color }: ParticipantRow): RoomParticipant {
    const { viewing = null, away = false } = this.#options.live.current.participants[id] ?? {};
    return { participantId: id, name, role, color, connected: this.#options.audience.has(id), viewing, away };
  }

  /** Who sits is on record. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#absence);
    this.#seats.close();
  }
}

/** What the log says of somebody who comes in; it says it again only when it is something else. */
function wordsOf({ name, role, color }: Pick<LoggedParticipant, "name" | "role" | "color">): string {
  return JSON.stringify([name, role, color]);
}
