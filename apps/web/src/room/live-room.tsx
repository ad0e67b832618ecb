import { useEffect, useState, type ReactElement } from "react";
import { ClosedRoom } from "./closed-room.tsx";
import { LeaveGuard } from "./leave-guard.tsx";
import type { LiveRoomProps } from "./live-room-props.ts";
import { OpeningRoom } from "./opening-room.tsx";
import { Room } from "./room.ts";
import { RoomView } from "./room-view.tsx";
import { useStore } from "./store.ts";

/** Opens a room for as long as the page shows it; another session needs another `key`. */
export function LiveRoom(props: LiveRoomProps): ReactElement {
  const { sessionId, access, bearer } = props;
  const [room] = useState(() => new Room({ sessionId, access, bearer }));
  useEffect(() => {
    room.open();
    return () => room.close();
  }, [room]);
  return (
    <>
      <RoomPhase room={room} {...props} />
      <LeaveGuard room={room} />
    </>
  );
}

function RoomPhase({ room, ...props }: LiveRoomProps & { room: Room }): ReactElement {
  const connection = useStore(room.connection);
  const info = useStore(room.info);
  const isEnded = info?.session.phase === "ended";
  if (connection.kind === "closed" && !isEnded) return <ClosedRoom room={room} reason={connection.reason} {...props} />;
  if (!info) return <OpeningRoom room={room} connection={connection} />;
  return <RoomView room={room} info={info} {...props} />;
}
