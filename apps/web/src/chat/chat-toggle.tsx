import type { ReactElement, Ref } from "react";
import type { Room } from "../room/room.ts";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import "./chat-panel.css";

export interface ChatToggleProps {
  readonly room: Room;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly ref: Ref<HTMLButtonElement>;
}

/** Opens and closes the chat, and says what came meanwhile. */
export function ChatToggle({ room, isOpen, onToggle, ref }: ChatToggleProps): ReactElement {
  return (
    <Button ref={ref} look="quiet icon" className="chat-toggle" aria-expanded={isOpen} title="Chat" onClick={onToggle}>
      <Icon name="chat" />
      <span className="visually-hidden">Chat</span>
      <UnreadMark room={room} />
    </Button>
  );
}

/** How many messages one has not seen. */
export function UnreadMark({ room }: { room: Room }): ReactElement | null {
  const { unread } = useStore(room.chat.view);
  if (unread === 0) return null;
  return (
    <>
      <span className="unread-mark" aria-hidden="true">
        {unread > 99 ? "99+" : unread}
      </span>
      <span className="visually-hidden">, {unread === 1 ? "1 unread message" : `${unread} unread messages`}</span>
    </>
  );
}

/** Tells a screen reader of what is said while the chat is not shown. */
export function UnreadAnnouncer({ room }: { room: Room }): ReactElement {
  const { unread, messages } = useStore(room.chat.view);
  const author = messages.at(-1)?.participantId;
  return (
    <output className="visually-hidden" aria-label="Unread messages">
      {unread > 0 &&
        author !== undefined &&
        `${unread === 1 ? "An unread message" : `${unread} unread messages`}, the newest from ${room.nameOf(author)}.`}
    </output>
  );
}
