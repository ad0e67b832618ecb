import type { Database } from "@greenroom/shared/node/database.ts";
import type { ChatMessage } from "@greenroom/shared/protocol/chat.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { readWeighedEvents } from "../log/log-store.ts";
import type { RoomLog } from "../log/room-log.ts";
import type { LiveState } from "./live-state.ts";

/** What is said in a room: each message once, told when it is committed. */
export class RoomChat {
  readonly #db: Database<SessionDatabase>;
  readonly #log: RoomLog;
  readonly #live: LiveState;
  /** On their way to Postgres, by message: whose they are. */
  readonly #saying = new Map<string, string>();

  constructor(options: { db: Database<SessionDatabase>; log: RoomLog; live: LiveState }) {
    this.#db = options.db;
    this.#log = options.log;
    this.#live = options.live;
  }

  /** Whose message it is, if it was said. */
  sayerOf(messageId: string): string | undefined {
    return this.#live.said.get(messageId)?.participantId ?? this.#saying.get(messageId);
  }

  /** Whether a message was said so long ago that only the log has it. */
  isOld(messageId: string): boolean {
    return this.#live.said.has(messageId) && !this.#atHand(messageId);
  }

  #atHand(messageId: string): ChatMessage | undefined {
    return this.#live.current.chat.find((one) => one.messageId === messageId);
  }

  /** The message with this id, however long ago it was said; undefined while it is not committed. */
  async find(messageId: string): Promise<ChatMessage | undefined> {
    const known = this.#live.said.get(messageId);
    const atHand = this.#atHand(messageId);
    if (!known || atHand) return atHand;
    const { participantId, number } = known;
    const { sessionId } = this.#log.fence;
    const [event] = (await readWeighedEvents(this.#db, sessionId, { after: number - 1, upTo: number })).events;
    return event?.kind === "chat" ? { ...event.body, participantId, at: event.at } : undefined;
  }

  /** The newest messages, and whether there were more. [M2] */
  recent(): { messages: ChatMessage[]; more: boolean } {
    const { chat } = this.#live.current;
    return { messages: [...chat], more: this.#live.said.size > chat.length };
  }

  /** @returns once it is committed; everybody has been told by then */
  async say({ messageId, participantId, text }: Omit<ChatMessage, "at">): Promise<void> {
    this.#saying.set(messageId, participantId);
    try {
      await this.#log.append([{ kind: "chat", participantId, body: { messageId, text } }]);
    } finally {
      this.#saying.delete(messageId);
    }
  }
}
