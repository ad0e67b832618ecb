import type { ChatMessage } from "@greenroom/shared/protocol/chat.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { describe, expect, it } from "vitest";
import { emptyMemory, type ChatMemory } from "./chat-memory.ts";
import { ChatStore } from "./chat-store.ts";

const self = "self";

const said = (messageId: string, participantId = "other", at = 0): ChatMessage => ({
  messageId,
  participantId,
  at,
  text: `text of ${messageId}`,
});

function open(memory: ChatMemory = emptyMemory) {
  const sent: UpFrame[] = [];
  const kept = { memory };
  const wire = { isOpen: true };
  let made = 0;
  const chat = new ChatStore({
    newId: () => `own-${++made}`,
    send: (frame) => {
      if (wire.isOpen) sent.push(frame);
      return wire.isOpen;
    },
    memoryOf: () => ({ load: () => kept.memory, save: (next) => (kept.memory = next) }),
  });
  const welcome = (...messages: ChatMessage[]) => chat.connected(self, { messages, more: false });
  const sentIds = () => sent.flatMap((frame) => (frame.type === "chat.send" ? [frame.messageId] : []));
  return { chat, kept, wire, welcome, sentIds };
}

const ids = (chat: ChatStore): string[] => chat.view.get().messages.map(({ messageId }) => messageId);

describe("one's own messages", () => {
  it("[M1] what is said without a connection is sent after the next welcome, in order, under the same ids", () => {
    const { chat, wire, welcome, sentIds } = open();
    welcome();
    wire.isOpen = false;
    chat.say("one");
    chat.say("two");
    expect(sentIds()).toEqual([]);
    wire.isOpen = true;
    welcome();
    expect(sentIds()).toEqual(["own-1", "own-2"]);
    chat.said(said("own-1", self));
    chat.said(said("own-2", self));
    expect(chat.view.get().waiting).toEqual([]);
    expect(ids(chat)).toEqual(["own-1", "own-2"]);
  });

  it("[M1] what had been said before the connection was lost is not sent again", () => {
    const { chat, welcome, sentIds } = open();
    welcome();
    chat.say("one");
    welcome(said("own-1", self));
    expect(sentIds()).toEqual(["own-1"]);
    expect(chat.view.get().waiting).toEqual([]);
  });

  it("[M1] a message that is told twice stands there once", () => {
    const { chat, welcome } = open();
    welcome(said("a"));
    chat.said(said("a"));
    expect(ids(chat)).toEqual(["a"]);
  });

  it("[M1] an old message of one's own is known to be said, and stands at its time, or in the record alone", () => {
    const { chat, welcome } = open();
    welcome();
    chat.say("one");
    chat.say("two");
    chat.connected(self, { messages: [said("a", "other", 5), said("b", "other", 9)], more: true });
    chat.said(said("own-1", self, 7));
    chat.said(said("own-2", self, 3));
    expect(chat.view.get().waiting).toEqual([]);
    expect(ids(chat)).toEqual(["a", "own-1", "b"]);
  });

  it("nothing but blanks is no message, and those at the ends are not sent", () => {
    const { chat, welcome, sentIds } = open();
    welcome();
    chat.say(" \n ");
    chat.say("  one ");
    expect(sentIds()).toEqual(["own-1"]);
    expect(chat.view.get().waiting[0]?.text).toBe("one");
  });

  it("what is refused keeps its text and its reason, is not sent by itself, and can be sent again or discarded", () => {
    const { chat, welcome, sentIds } = open();
    welcome();
    chat.say("one");
    chat.refused("own-1", "too many");
    welcome();
    expect(chat.view.get().waiting).toEqual([{ messageId: "own-1", text: "one", refusal: "too many" }]);
    expect(sentIds()).toEqual(["own-1"]);
    chat.sendAgain("own-1");
    expect(sentIds()).toEqual(["own-1", "own-1"]);
    chat.discard("own-1");
    expect(chat.view.get().waiting).toEqual([]);
  });

  it("what waits when the interview ends stays to be read", () => {
    const { chat, wire, welcome } = open();
    welcome();
    wire.isOpen = false;
    chat.say("one");
    chat.ended("over");
    expect(chat.view.get().waiting).toEqual([{ messageId: "own-1", text: "one", refusal: "over" }]);
  });

  it("what waits and what is being written outlive a reload", () => {
    const before = open();
    before.welcome();
    before.wire.isOpen = false;
    before.chat.say("one");
    before.chat.write("half a");
    const after = open(before.kept.memory);
    after.welcome();
    expect(after.sentIds()).toEqual(["own-1"]);
    expect(after.chat.draft.get()).toBe("half a");
  });
});

describe("what is unread", () => {
  it("counts others' messages until they are seen", () => {
    const { chat, welcome } = open();
    welcome(said("a"), said("b", self));
    expect(chat.view.get().unread).toBe(1);
    expect(chat.firstUnreadId).toBe("a");
    chat.seen();
    expect(chat.view.get().unread).toBe(0);
    chat.said(said("c"));
    chat.said(said("d", self));
    chat.said(said("e"));
    expect(chat.view.get().unread).toBe(2);
    expect(chat.firstUnreadId).toBe("c");
  });

  it("is remembered over a reload", () => {
    const before = open();
    before.welcome(said("a"));
    before.chat.seen();
    const after = open(before.kept.memory);
    after.welcome(said("a"), said("b"));
    expect(after.chat.view.get().unread).toBe(1);
  });

  it("[M2] earlier messages that a page has stay when the newest come again", () => {
    const { chat, welcome } = open();
    welcome(said("a"), said("b"));
    chat.said(said("c"));
    welcome(said("b"), said("c"), said("d"));
    expect(ids(chat)).toEqual(["a", "b", "c", "d"]);
  });
});
