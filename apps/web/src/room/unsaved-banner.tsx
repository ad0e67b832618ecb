import { useEffect, useState, type ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { problemOf } from "./connection-status.ts";
import type { Room } from "./room.ts";
import { useStore } from "./store.ts";

/** A short drop heals before anybody needs to be alarmed, in milliseconds. */
const patienceMs = 2000;
/** With a connection, nothing acknowledged for this long is worth a word, in milliseconds. */
const patienceWhileOpenMs = 6000;

/** Loud while there is unsaved text that nothing is being done about. */
export function UnsavedBanner({ room }: { room: Room }): ReactElement | null {
  const { unsaved, landed } = useStore(room.saving);
  const isOpen = useStore(room.connection).kind === "open";
  if (unsaved === 0) return null;
  // Each acknowledgement begins the wait anew.
  return isOpen ? (
    <PatientBanner key={landed} room={room} isOpen patience={patienceWhileOpenMs} />
  ) : (
    <PatientBanner key="lost" room={room} isOpen={false} patience={patienceMs} />
  );
}

interface PatientBannerProps {
  readonly room: Room;
  readonly isOpen: boolean;
  readonly patience: number;
}

function PatientBanner({ room, isOpen, patience }: PatientBannerProps): ReactElement | null {
  const { unsaved, keeping } = useStore(room.saving);
  const [isDue, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), patience);
    return () => clearTimeout(timer);
  }, [patience]);
  if (!isDue) return null;
  const failing = problemOf(keeping);
  const cause = isOpen ? "The server does not take it at the moment." : "The connection is gone.";
  return (
    <Notice
      tone={failing ? "error" : "warning"}
      // Its count grows with every key; the status bar says the same once.
      isSilent
      action={
        !isOpen && (
          <Button look="small" onClick={() => room.retryNow()}>
            Reconnect now
          </Button>
        )
      }
    >
      <strong>{unsaved === 1 ? "1 change is" : `${unsaved} changes are`} not saved yet.</strong> {cause}{" "}
      {failing
        ? `What you type is not kept on this device: ${failing}. Do not close this page.`
        : "What you type is kept on this device and saved once it is back, even if you close this page and come again."}
    </Notice>
  );
}
