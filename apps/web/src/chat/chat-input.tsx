import { maxMessageCharacters } from "@greenroom/shared/protocol/chat.ts";
import { codePointLength } from "@greenroom/shared/ot/text-operation.ts";
import { useEffect, useId, useRef, type KeyboardEvent, type ReactElement } from "react";
import type { Room } from "../room/room.ts";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { lengthText } from "./chat-refusal.ts";

/** Enter sends, Shift+Enter begins a new line. */
export function ChatInput({ room, startsHere }: { room: Room; startsHere: boolean }): ReactElement {
  const draft = useStore(room.chat.draft);
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const length = codePointLength(draft.trim());
  const isTooLong = length > maxMessageCharacters;
  useEffect(() => {
    if (startsHere) field.current?.focus();
  }, [startsHere]);
  const send = () => {
    if (isTooLong || length === 0) return;
    room.chat.say(draft);
    room.chat.write("");
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    // Enter also ends the composing of a character.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form className="chat-input" action={send}>
      <label htmlFor={id} className="visually-hidden">
        Message to everybody
      </label>
      <textarea
        ref={field}
        id={id}
        rows={1}
        value={draft}
        placeholder="Message to everybody"
        aria-describedby={`${id}-hint`}
        aria-invalid={isTooLong}
        onChange={({ target }) => room.chat.write(target.value)}
        onKeyDown={pressed}
      />
      <Button type="submit" look="primary" disabled={length === 0 || isTooLong}>
        Send
      </Button>
      <Hint id={`${id}-hint`} excess={length - maxMessageCharacters} />
    </form>
  );
}

function Hint({ id, excess }: { id: string; excess: number }): ReactElement {
  if (excess > 0) {
    return (
      <p id={id} className="chat-hint is-error" role="alert">
        Too long by {excess.toLocaleString("en")}: {lengthText}.
      </p>
    );
  }
  return (
    <p id={id} className="chat-hint">
      <kbd>Enter</kbd> sends · <kbd>Shift</kbd> <kbd>Enter</kbd> new line
    </p>
  );
}
