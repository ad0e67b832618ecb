import type { ReactElement } from "react";
import { connectionStatus } from "./connection-status.ts";
import type { Room, RoomInfo } from "./room.ts";
import { useStore } from "./store.ts";

/** The line at the bottom that always tells the truth. */
export function StatusBar({ room, info }: { room: Room; info: RoomInfo }): ReactElement {
  const status = connectionStatus(useStore(room.connection), useStore(room.saving), info.session.phase);
  return (
    <footer className="status-bar">
      <output aria-label="Connection" className={`connection-status is-${status.tone}`}>
        <span className="status-dot" aria-hidden="true" />
        {status.text}
      </output>
      <p className="status-hint">
        <kbd>Ctrl</kbd> <kbd>Enter</kbd> runs · <kbd>Ctrl</kbd> <kbd>M</kbd> lets Tab leave the editor
      </p>
    </footer>
  );
}
