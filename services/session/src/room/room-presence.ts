import type { RoomLog } from "../log/room-log.ts";
import type { Audience } from "./audience.ts";
import type { LiveState } from "./live-state.ts";

/** Who looks at which document, and whose page is out of sight: facts for the log, which shows them to everybody. [P4] */
export class RoomPresence {
  readonly #log: RoomLog;
  readonly #live: LiveState;
  readonly #audience: Audience;
  /** Whom the log has as away once all of it is committed. */
  readonly #away = new Map<string, boolean>();

  constructor(options: { log: RoomLog; live: LiveState; audience: Audience }) {
    this.#log = options.log;
    this.#live = options.live;
    this.#audience = options.audience;
  }

  view(participantId: string, documentId: string): void {
    if (this.#live.current.participants[participantId]?.viewing === documentId) return;
    this.#log.push({ kind: "view", participantId, body: { documentId } });
  }

  /** Somebody's page went out of sight or came back, or a page of theirs came or went: away is who has none in sight. */
  lookAgain(participantId: string): void {
    const pages = this.#audience.of(participantId);
    if (pages.length === 0) {
      this.#away.delete(participantId);
      return;
    }
    const away = pages.every(({ isAway }) => isAway);
    const logged = this.#away.get(participantId) ?? this.#live.current.participants[participantId]?.away ?? false;
    if (logged === away) return;
    this.#away.set(participantId, away);
    this.#log.push({ kind: "tab", participantId, body: { away } });
  }
}
