import type { ChatMessage } from "@greenroom/shared/protocol/chat.ts";
import type { RoomLog } from "../log/room-log.ts";
import type { LiveState } from "./live-state.ts";

/** What is said in a room: each message once, told when it is committed. */
export class RoomChat {
  readonly #log: RoomLog;
  readonly #live: LiveState;
  /** On their way to Postgres, by message: whose they are. */
  readonly #saying = new Map<string, string>();

  constructor(options: { log: RoomLog; live: LiveState }) {
    this.#log = options.log;
    this.#live = options.live;
  }

  /** Whose message it is, if it was said; and the message, if it is committed and not too long ago. */
  find(messageId: string): { participantId: string; message?: ChatMessage | undefined } | undefined {
    const participantId = this.#live.sayers.get(messageId) ?? this.#saying.get(messageId);
    if (participantId === undefined) return undefined;
    return { participantId, message: this.#live.current.chat.find((one) => one.messageId === messageId) };
  }

  /** The newest messages, and whether there were more. [M2] */
  recent(): { messages: ChatMessage[]; more: boolean } {
    const { chat } = this.#live.current;
    return { messages: [...chat], more: this.#live.sayers.size > chat.length };
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
