import { useEffect, useRef, useState, type ReactElement } from "react";
import type { Room } from "../room/room.ts";
import type { RoomInfo } from "../room/room-info.ts";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { ChatInput } from "./chat-input.tsx";
import { SaidMessages, WaitingMessages } from "./chat-messages.tsx";
import { showNewest, useNewestInView } from "./use-newest-in-view.ts";
import "./chat-panel.css";

export interface ChatPanelProps {
  readonly room: Room;
  readonly info: RoomInfo;
  /** Undefined where it is a tab among others. */
  readonly onClose: (() => void) | undefined;
}

/** What was said in the room, and what one says next. */
export function ChatPanel({ room, info, onClose }: ChatPanelProps): ReactElement {
  return (
    <section className="chat" aria-label="Chat">
      {onClose && (
        <div className="chat-bar">
          <h2>Chat</h2>
          <Button look="quiet icon" aria-label="Close the chat" title="Close the chat" onClick={onClose}>
            <Icon name="close" />
          </Button>
        </div>
      )}
      <Messages room={room} info={info} />
      {room.can("chat") ? (
        <ChatInput room={room} startsHere={onClose !== undefined} />
      ) : (
        <p className="chat-closed">
          {info.session.phase === "ended"
            ? "The interview has ended: nothing more can be said."
            : "Observers only read."}
        </p>
      )}
    </section>
  );
}

function Messages({ room, info }: Pick<ChatPanelProps, "room" | "info">): ReactElement {
  const { messages, more, waiting } = useStore(room.chat.view);
  const [firstNew] = useState(room.chat.firstUnreadId);
  const box = useRef<HTMLDivElement>(null);
  const newest = `${messages.at(-1)?.messageId} ${waiting.at(-1)?.messageId}`;
  const isOwn = waiting.some(({ refusal }) => refusal === undefined);
  const isBehind = useNewestInView(box, newest, isOwn);
  useSeen(room, newest);
  return (
    <div className="chat-scroll">
      {/* What scrolls has to be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={box} className="chat-messages" role="log" aria-label="Messages" tabIndex={0}>
        {more && <p className="chat-note">Earlier messages are in the record of the interview.</p>}
        {messages.length + waiting.length === 0 && (
          <p className="chat-note">Nothing has been said yet. Everybody in the room reads along.</p>
        )}
        <SaidMessages room={room} info={info} messages={messages} firstNew={firstNew} />
        <WaitingMessages room={room} info={info} waiting={waiting} />
      </div>
      {isBehind && (
        <Button look="small primary" className="chat-newest" onClick={() => box.current && showNewest(box.current)}>
          <Icon name="chevron" /> Newest messages
        </Button>
      )}
    </div>
  );
}

/** What comes while the page is in sight is read. */
function useSeen({ chat }: Room, newest: string): void {
  useEffect(() => {
    const look = () => {
      if (newest !== "" && document.visibilityState === "visible") chat.seen();
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [chat, newest]);
}
