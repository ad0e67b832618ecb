import { useEffect, useState, type ReactElement } from "react";
import { keys } from "../ui/keys.ts";
import { announcementOf, connectionStatus } from "./connection-status.ts";
import type { Room } from "./room.ts";
import type { RoomInfo } from "./room-info.ts";
import { useStore } from "./store.ts";

/** The line at the bottom that always tells the truth. */
export function StatusBar({ room, info }: { room: Room; info: RoomInfo }): ReactElement {
  const { phase } = info.session;
  const connection = useStore(room.connection);
  const saving = useStore(room.saving);
  const status = connectionStatus(connection, saving, phase);
  return (
    <footer className="status-bar">
      {/* It changes with every keystroke: a screen reader finds it here and hears the announcements. */}
      <output aria-label="Connection" aria-live="off" className={`connection-status is-${status.tone}`}>
        <span className="status-dot" aria-hidden="true" />
        {status.text}
      </output>
      <Announcer text={announcementOf(connection, saving, phase)} />
      {/* Who may do the one may do the other. Where nothing is typed Tab leaves the editor anyway. */}
      {room.can("run") && (
        <p className="status-hint">
          <Keys of={keys.run} /> runs · <Keys of={keys.tabMoves} /> lets Tab leave the editor
        </p>
      )}
    </footer>
  );
}

function Keys({ of }: { of: readonly string[] }): ReactElement {
  return (
    <>
      {of.map((key, index) => (
        <span key={key}>
          {index > 0 && " "}
          <kbd>{key}</kbd>
        </span>
      ))}
    </>
  );
}

/** A drop that heals sooner is not worth a word, in milliseconds. */
const patienceMs = 2000;

function Announcer({ text }: { text: string }): ReactElement {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const say = () => setSaid((before) => (text === "" && before !== "" ? "Connected again." : text));
    const timer = setTimeout(say, text === "" ? 0 : patienceMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p className="visually-hidden" aria-live="assertive">
      {said}
    </p>
  );
}
