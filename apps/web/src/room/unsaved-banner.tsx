import { useEffect, useState, type ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import type { Room } from "./room.ts";
import { useStore } from "./store.ts";

/** A short drop heals before anybody needs to be alarmed, in milliseconds. */
const patienceMs = 2000;

/** Loud while there is unsaved text and no connection. */
export function UnsavedBanner({ room }: { room: Room }): ReactElement | null {
  const { unsaved } = useStore(room.saving);
  const isOpen = useStore(room.connection).kind === "open";
  return unsaved > 0 && !isOpen ? <PatientBanner room={room} unsaved={unsaved} /> : null;
}

function PatientBanner({ room, unsaved }: { room: Room; unsaved: number }): ReactElement | null {
  const [isDue, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  if (!isDue) return null;
  return (
    <Notice
      tone="error"
      // Its count grows with every key; the status bar says the same once.
      isSilent
      action={
        <Button look="small" onClick={() => room.retryNow()}>
          Reconnect now
        </Button>
      }
    >
      <strong>{unsaved === 1 ? "1 change is" : `${unsaved} changes are`} not saved.</strong> The connection is gone;
      what you type is kept in this page and saved once it is back. Do not close this page.
    </Notice>
  );
}
