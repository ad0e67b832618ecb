import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { paths } from "../paths.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { FullPage } from "../ui/full-page.tsx";
import type { FinalReason } from "./room-socket.ts";
import type { Room } from "./room.ts";
import { UnsentTexts } from "./unsent-text.tsx";

export interface ClosedRoomProps {
  readonly room: Room;
  readonly reason: FinalReason;
  readonly sessionId: string;
  readonly bearer: "user" | "guest";
}

interface Ending {
  readonly title: string;
  readonly text: string;
  readonly retry?: string;
}

/** The server said no for good: why, and what can be done. */
export function ClosedRoom({ room, reason, sessionId, bearer }: ClosedRoomProps): ReactElement {
  const ending = endingOf(reason, bearer);
  const next = paths.session.replace("$sessionId", sessionId);
  return (
    <FullPage title={ending.title}>
      <p className="muted">{ending.text}</p>
      <UnsentTexts room={room} />
      {ending.retry && (
        <Button look="primary large" onClick={() => (reason === "bad-protocol" ? location.reload() : room.retryNow())}>
          {ending.retry}
        </Button>
      )}
      {bearer === "user" && reason === "signed-out" && (
        <Link to={paths.login} search={{ next }} className={buttonClass("primary large")}>
          Sign in
        </Link>
      )}
      {bearer === "user" && reason !== "signed-out" && (
        <Link to={paths.dashboard} className={buttonClass()}>
          Go to the sessions
        </Link>
      )}
    </FullPage>
  );
}

function endingOf(reason: FinalReason, bearer: "user" | "guest"): Ending {
  if (reason === "signed-out" && bearer === "user") {
    return { title: "You are signed out", text: "Sign in again to go back to the room." };
  }
  if (reason === "revoked" && bearer === "user") {
    return { title: "Your account is disabled", text: "Ask an administrator of your company to enable it." };
  }
  return (
    endings[reason] ?? { title: "The room is closed to you", text: "Ask whoever invited you.", retry: "Try again" }
  );
}

const endings: Partial<Record<FinalReason, Ending>> = {
  "room-full": {
    title: "The room is full",
    text: "All seats are taken. A seat becomes free half a minute after somebody has left.",
    retry: "Try again",
  },
  "session-ended": {
    title: "The interview has ended",
    text: "It was over before you came in: nobody can join any more. If that is a surprise, ask whoever invited you.",
  },
  removed: {
    title: "You were removed from the interview",
    text: "An interviewer took you out of the room. If that was a mistake, ask them for a new link.",
  },
  revoked: {
    title: "Your invite was taken back",
    text: "The link you came by no longer lets anybody in. Ask whoever sent it for a new one.",
  },
  forbidden: {
    title: "This room is not open to you",
    text: "Your access is for another session. Open the link you were sent for this one.",
  },
  "session-not-found": {
    title: "There is no such session",
    text: "The address may be mistyped, or the session is gone.",
  },
  "bad-protocol": {
    title: "This page is out of date",
    text: "The server was updated while this page was open. Reload it to go on.",
    retry: "Reload",
  },
  "signed-out": {
    title: "Come in by your link",
    text: "This browser has not joined the interview, or its invite has expired. Open the link you were sent again.",
    retry: "Try again",
  },
};
