import type { ReactElement, ReactNode } from "react";
import { personClass } from "../presence/person.ts";

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

export interface ChatMessageProps {
  readonly author: string;
  readonly color: number;
  /** Milliseconds since the epoch; undefined as long as nobody has been told. */
  readonly at: number | undefined;
  readonly text: string;
  /** It goes on where the same person's last one ended: a screen reader hears the name all the same. */
  readonly isContinued: boolean;
  /** How it stands with it. */
  readonly children?: ReactNode;
}

/** Plain text, as it was written: no part of it ever becomes markup. */
export function ChatMessageView({ author, color, at, text, isContinued, children }: ChatMessageProps): ReactElement {
  return (
    <article className={`chat-message ${personClass(color)}${isContinued ? " is-continued" : ""}`}>
      <p className={isContinued ? "visually-hidden" : "chat-author"}>
        <strong>{author}</strong>{" "}
        {at !== undefined && <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time>}
      </p>
      <p className="chat-text">{text}</p>
      {children}
    </article>
  );
}
