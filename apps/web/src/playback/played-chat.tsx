import type { ChatMessage, SessionState } from "@greenroom/shared/log/state.ts";
import { useEffect, useRef, type ReactElement } from "react";
import { personClass } from "../presence/person.ts";
import { timeText } from "./time-text.ts";

export interface PlayedChatProps {
  readonly messages: readonly ChatMessage[];
  readonly participants: SessionState["participants"];
  /** When the session began, in milliseconds since the epoch. */
  readonly from: number;
}

/** What had been said by then. */
export function PlayedChat({ messages, participants, from }: PlayedChatProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const newest = messages.at(-1)?.messageId;
  useEffect(() => {
    // The newest is at the end.
    if (box.current && newest !== undefined) box.current.scrollTop = box.current.scrollHeight;
  }, [newest]);
  if (messages.length === 0) return <p className="played-nothing muted">Nothing had been said by then.</p>;
  return (
    // What scrolls has to be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={box} className="played-chat" role="log" aria-live="off" aria-label="Chat" tabIndex={0}>
      {messages.map(({ messageId, participantId, at, text }) => {
        const author = participants[participantId];
        return (
          <article key={messageId} className={personClass(author?.color ?? 0)}>
            <p className="played-author">
              <strong>{author?.name ?? "Somebody"}</strong> <span className="muted">{timeText(at - from)}</span>
            </p>
            <p className="played-message">{text}</p>
          </article>
        );
      })}
    </div>
  );
}
