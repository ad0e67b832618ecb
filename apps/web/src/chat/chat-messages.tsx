import type { ChatMessage } from "@greenroom/shared/protocol/chat.ts";
import type { ReactElement } from "react";
import type { Room } from "../room/room.ts";
import type { RoomInfo } from "../room/room-info.ts";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { ChatMessageView } from "./chat-message.tsx";
import type { OwnMessage } from "./chat-store.ts";

/** After a pause this long a message shows its author and time again, in milliseconds. */
const pauseMs = 5 * 60_000;

interface ListProps {
  readonly room: Room;
  readonly info: RoomInfo;
}

export interface SaidMessagesProps extends ListProps {
  readonly messages: readonly ChatMessage[];
  /** The first that was not seen when the chat was opened. */
  readonly firstNew: string | undefined;
}

export function SaidMessages({ room, info, messages, firstNew }: SaidMessagesProps): ReactElement {
  const { self, participants } = info;
  const colors = new Map(participants.map(({ participantId, color }) => [participantId, color]));
  return (
    <>
      {messages.map(({ messageId, participantId, at, text }, index) => {
        const before = messages[index - 1];
        const isFirstNew = messageId === firstNew;
        const isContinued = !isFirstNew && before?.participantId === participantId && at - before.at < pauseMs;
        const name = participantId === self.participantId ? `${self.name} (you)` : room.nameOf(participantId);
        return (
          <div key={messageId}>
            {isFirstNew && <p className="chat-new">New</p>}
            <ChatMessageView
              author={name}
              color={colors.get(participantId) ?? 0}
              at={at}
              text={text}
              isContinued={isContinued}
            />
          </div>
        );
      })}
    </>
  );
}

export function WaitingMessages({ room, info, waiting }: ListProps & { waiting: readonly OwnMessage[] }): ReactElement {
  const { self } = info;
  const isOpen = useStore(room.connection).kind === "open";
  return (
    <>
      {waiting.map((message) => (
        <ChatMessageView
          key={message.messageId}
          author={`${self.name} (you)`}
          color={self.color}
          at={undefined}
          text={message.text}
          isContinued={false}
        >
          <Standing room={room} message={message} isOpen={isOpen} />
        </ChatMessageView>
      ))}
    </>
  );
}

/** How it stands with a message that nobody has been told. */
function Standing({ room, message, isOpen }: { room: Room; message: OwnMessage; isOpen: boolean }): ReactElement {
  const { messageId, refusal } = message;
  if (refusal !== undefined) {
    return (
      <div className="chat-refused">
        <p>
          <Icon name="warning" /> {refusal}
        </p>
        {room.can("chat") && (
          <Button look="small" onClick={() => room.chat.sendAgain(messageId)}>
            Send again
          </Button>
        )}
        <Button look="small" onClick={() => room.chat.discard(messageId)}>
          Discard
        </Button>
      </div>
    );
  }
  if (isOpen) return <p className="chat-sending">Sending…</p>;
  return (
    <p className="chat-standing">
      <Icon name="clock" /> Waiting for the connection
    </p>
  );
}
