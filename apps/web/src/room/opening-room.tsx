import { useEffect, useState, type ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import { FullPage } from "../ui/full-page.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";
import type { Connection } from "./room-socket.ts";
import type { Room } from "./room.ts";

/** Longer than this is worth a word, in milliseconds. */
const slowAfterMs = 4000;

/** Until the welcome: never without a cause and a button. */
export function OpeningRoom({ room, connection }: { room: Room; connection: Connection }): ReactElement {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), slowAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <FullPage title="Opening the room">
      <Spinner label="Connecting…" />
      {isSlow && (
        <>
          <Notice tone="warning">{causeOf(connection)} It is tried again by itself every few seconds.</Notice>
          <Button onClick={() => room.retryNow()}>Try now</Button>
        </>
      )}
    </FullPage>
  );
}

function causeOf(connection: Connection): string {
  if (!navigator.onLine) return "This computer has no network.";
  if (connection.kind === "waiting" && connection.cause) return waitingText[connection.cause] ?? unreachable;
  return unreachable;
}

const unreachable =
  "The server does not answer. It may be restarting, or a proxy between you and it may be holding connections back.";

const waitingText: Partial<Record<NonNullable<Extract<Connection, { kind: "waiting" }>["cause"]>, string>> = {
  "rate-limited": "The server asks for a pause: there were too many connections from here.",
  "service-restart": "The server is restarting.",
  moved: "The room is moving to another server.",
  "internal-error": "The server had a problem of its own.",
};
