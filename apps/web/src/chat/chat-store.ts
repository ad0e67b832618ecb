import type { ChatMessage } from "@greenroom/shared/protocol/chat.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { createStore, type ReadableStore } from "../room/store.ts";
import { emptyMemory, type ChatMemoryStore } from "./chat-memory.ts";

/** One's own message that the server has not told to anybody. */
export interface OwnMessage {
  readonly messageId: string;
  readonly text: string;
  /** Why it is not sent; undefined as long as it is on its way or waits for the connection. */
  readonly refusal: string | undefined;
}

export interface ChatView {
  /** As everybody has them, newest last. */
  readonly messages: readonly ChatMessage[];
  /** There were earlier ones, which are in the record. [M2] */
  readonly more: boolean;
  readonly waiting: readonly OwnMessage[];
  /** Others' messages that were not seen yet. */
  readonly unread: number;
}

export interface ChatStoreOptions {
  readonly newId: () => string;
  /** False when nothing is open: what waits is sent after the next welcome. */
  readonly send: (frame: UpFrame) => boolean;
  readonly memoryOf: (participantId: string) => ChatMemoryStore;
}

/** What is said in a room. One's own messages wait under their ids until they were told to everybody. [M1] */
export class ChatStore {
  readonly #options: ChatStoreOptions;
  readonly #view = createStore<ChatView>({ messages: [], more: false, waiting: [], unread: 0 });
  readonly #draft = createStore("");
  #memory: ChatMemoryStore | undefined;
  #selfId = "";
  #seenId: string | undefined;

  constructor(options: ChatStoreOptions) {
    this.#options = options;
  }

  get view(): ReadableStore<ChatView> {
    return this.#view;
  }
  /** What is being written, whether the chat is shown or not. */
  get draft(): ReadableStore<string> {
    return this.#draft;
  }
  /** The first of the unread. */
  get firstUnreadId(): string | undefined {
    return this.#unread(this.#view.get().messages)[0]?.messageId;
  }

  /** A welcome: what waits and is not among its messages is sent again, in order. [M1] [M2] */
  connected(selfId: string, chat: DownFrameOf<"welcome">["chat"]): void {
    if (this.#selfId !== selfId) this.#remember(selfId);
    const { messages: before, more, waiting } = this.#view.get();
    const [oldest] = chat.messages;
    const known = before.findIndex((one) => one.messageId === oldest?.messageId);
    // What this page has of earlier ones stays.
    if (known < 0) this.#change({ messages: chat.messages, more: chat.more });
    else this.#change({ messages: [...before.slice(0, known), ...chat.messages], more });
    const said = new Set(chat.messages.map(({ messageId }) => messageId));
    this.#change({ waiting: waiting.filter(({ messageId }) => !said.has(messageId)) });
    for (const message of this.#view.get().waiting) if (message.refusal === undefined) this.#send(message);
  }

  said(message: ChatMessage): void {
    const { messages, waiting } = this.#view.get();
    const rest = waiting.filter(({ messageId }) => messageId !== message.messageId);
    const isKnown = messages.some(({ messageId }) => messageId === message.messageId);
    this.#change({ waiting: rest, messages: isKnown ? messages : this.#placed(message) });
  }

  /** The messages with one more. One that was sent again may be old, and older than all that this page has. */
  #placed({ messageId, participantId, at, text }: ChatMessage): readonly ChatMessage[] {
    const { messages, more } = this.#view.get();
    const place = messages.findLastIndex((one) => one.at <= at) + 1;
    if (place === 0 && more) return messages;
    return [...messages.slice(0, place), { messageId, participantId, at, text }, ...messages.slice(place)];
  }

  say(text: string): void {
    if (text.trim() === "") return;
    const message: OwnMessage = { messageId: this.#options.newId(), text: text.trim(), refusal: undefined };
    this.#change({ waiting: [...this.#view.get().waiting, message] });
    this.#send(message);
  }

  write(draft: string): void {
    this.#draft.set(draft);
    this.#save();
  }

  /** The server does not take it: it stays here with the reason. */
  refused(messageId: string, refusal: string): void {
    const { waiting } = this.#view.get();
    this.#change({ waiting: waiting.map((one) => (one.messageId === messageId ? { ...one, refusal } : one)) });
  }

  /** Nothing more is taken of anybody. */
  ended(refusal: string): void {
    this.#change({ waiting: this.#view.get().waiting.map((one) => ({ ...one, refusal: one.refusal ?? refusal })) });
  }

  sendAgain(messageId: string): void {
    const { waiting } = this.#view.get();
    const message = waiting.find((one) => one.messageId === messageId);
    if (!message) return;
    this.#change({ waiting: waiting.map((one) => (one === message ? { ...one, refusal: undefined } : one)) });
    this.#send(message);
  }

  discard(messageId: string): void {
    this.#change({ waiting: this.#view.get().waiting.filter((one) => one.messageId !== messageId) });
  }

  /** All of it is before somebody's eyes. */
  seen(): void {
    this.#seenId = this.#view.get().messages.at(-1)?.messageId;
    this.#change({});
  }

  #send({ messageId, text }: OwnMessage): void {
    this.#options.send({ type: "chat.send", messageId, text });
  }

  #remember(selfId: string): void {
    this.#selfId = selfId;
    this.#memory = this.#options.memoryOf(selfId);
    const { seenId, waiting, draft } = { ...emptyMemory, ...this.#memory.load() };
    this.#seenId = seenId;
    this.#draft.set(draft);
    this.#view.set({ ...this.#view.get(), waiting: waiting.map((one) => ({ ...one, refusal: undefined })) });
  }

  #unread(messages: readonly ChatMessage[]): readonly ChatMessage[] {
    const seen = messages.findIndex(({ messageId }) => messageId === this.#seenId);
    return messages.slice(seen + 1).filter(({ participantId }) => participantId !== this.#selfId);
  }

  #change(change: Partial<ChatView>): void {
    const view = { ...this.#view.get(), ...change };
    this.#view.set({ ...view, unread: this.#unread(view.messages).length });
    this.#save();
  }

  #save(): void {
    const waiting = this.#view.get().waiting.map(({ messageId, text }) => ({ messageId, text }));
    this.#memory?.save({ seenId: this.#seenId, waiting, draft: this.#draft.get() });
  }
}
