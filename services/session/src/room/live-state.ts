import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import { change } from "@greenroom/shared/log/reduce.ts";
import { emptyState, type SessionState } from "@greenroom/shared/log/state.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { readRoomEvents } from "../log/log-store.ts";

/** Messages that a room has at hand for whoever comes in; older ones are in the log. */
export const chatAtHand = 200;

/**
 * What a room knows of its log: its fold, but for what others keep. Texts are the documents', carets are `Carets`', and
 * output is the newest run's, which `RoomRuns` has.
 */
export class LiveState {
  #state: SessionState = emptyState;
  /** Of every message that was ever sent, who sent it, and its event's number: what tells one that is sent again. */
  readonly said = new Map<string, { readonly participantId: string; readonly number: number }>();

  static async load(db: Database<SessionDatabase>, sessionId: string): Promise<LiveState> {
    const live = new LiveState();
    for (const event of await readRoomEvents(db, sessionId)) live.take(event);
    return live;
  }

  get current(): SessionState {
    return this.#state;
  }

  take(event: SessionEvent): void {
    switch (event.kind) {
      case "operation":
      case "carets":
      case "run.output":
      case "run.cases":
      case "paste":
        return;
      case "run":
        // Of older ones nothing is asked here any more.
        this.#state = { ...change({ ...this.#state, runs: [] }, event) };
        return;
      case "document.added":
        this.#state = change(this.#state, { ...event, body: { ...event.body, text: "" } });
        return;
      case "chat":
        this.#state = change(this.#state, event);
        this.#state = { ...this.#state, chat: this.#state.chat.slice(-chatAtHand) };
        this.said.set(event.body.messageId, { participantId: event.participantId ?? "", number: event.number });
        return;
      default:
        this.#state = change(this.#state, event);
    }
  }
}
