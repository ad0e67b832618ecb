import { getRouteApi } from "@tanstack/react-router";
import { useMemo, type ReactElement } from "react";
import { guestAccess } from "../auth/guest-access.ts";
import { paths } from "../paths.ts";
import { LiveRoom } from "../room/live-room.tsx";

const route = getRouteApi(paths.guestRoom);

/** The room for those who came by a link. */
export function GuestRoomPage(): ReactElement {
  const { sessionId } = route.useParams();
  const access = useMemo(() => guestAccess(sessionId), [sessionId]);
  return <LiveRoom key={sessionId} sessionId={sessionId} access={access} bearer="guest" />;
}
