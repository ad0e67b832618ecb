import { useEffect, type ReactElement } from "react";
import type { Room } from "../room/room.ts";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { personClass } from "./person.ts";
import "./follow-strip.css";

/** Whose eyes one looks through, and how that ends. */
export function FollowStrip({ room }: { room: Room }): ReactElement {
  const target = useStore(room.follow.target);
  const isFollowing = target !== undefined;
  useEffect(() => {
    if (!isFollowing) return undefined;
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.isComposing) return;
      // What is open is closed first, and a program in the terminal has its own use for the key.
      if (event.target instanceof Element && event.target.closest(elsewhere)) return;
      event.preventDefault();
      event.stopPropagation();
      room.follow.stop();
    };
    // Before the editor, for which this key means something else.
    window.addEventListener("keydown", pressed, { capture: true });
    return () => window.removeEventListener("keydown", pressed, { capture: true });
  }, [isFollowing, room]);
  return (
    <output className="follow-place" aria-label="Following">
      {target && (
        <span className={`follow-strip ${personClass(target.color)}`}>
          <span>
            Following <strong>{target.name}</strong>
          </span>
          <span className="follow-how">
            <kbd>Esc</kbd> or typing stops
          </span>
          <Button look="small" onClick={() => room.follow.stop()}>
            Stop
          </Button>
        </span>
      )}
    </output>
  );
}

const elsewhere = "[role='dialog'], [role='alertdialog'], [role='listbox'], .run-terminal, .find-widget";
