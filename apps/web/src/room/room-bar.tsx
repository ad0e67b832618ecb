import { Link } from "@tanstack/react-router";
import { can } from "@greenroom/shared/roles.ts";
import type { ReactElement } from "react";
import { paths } from "../paths.ts";
import { ChooseProblem } from "../problem/choose-problem.tsx";
import { People } from "../presence/people.tsx";
import { buttonClass } from "../ui/button.tsx";
import { languageGroups } from "../run/language-groups.ts";
import { Icon } from "../ui/icon.tsx";
import { SearchChoice } from "../ui/search-choice.tsx";
import { ThemeToggle } from "../ui/theme-toggle.tsx";
import { EndInterview } from "./end-interview.tsx";
import { InvitePopover } from "./invite-popover.tsx";
import type { LiveRoomProps } from "./live-room-props.ts";
import type { Room } from "./room.ts";
import type { RoomInfo } from "./room-info.ts";
import { useStore } from "./store.ts";
import "./room-bar.css";

export interface RoomBarProps extends LiveRoomProps {
  readonly room: Room;
  readonly info: RoomInfo;
  readonly chatToggle: ReactElement;
  /** As soon as the call's code is there. */
  readonly callButton: ReactElement | undefined;
}

/** What the room is, who is here, and what can be done with it. */
export function RoomBar(props: RoomBarProps): ReactElement {
  const { room, info } = props;
  const { session, self } = info;
  const isLive = session.phase === "live";
  return (
    <header className="room-bar">
      <img src="/favicon.svg" alt="Greenroom" width="22" height="22" />
      <p className="room-title" title={session.title}>
        {session.title}
      </p>
      <LanguageSelect room={room} info={info} />
      <People room={room} info={info} />
      <div className="room-actions">
        {isLive && props.bearer === "user" && can(self.role, "show-problem") && (
          <ChooseProblem room={room} shownId={info.problem?.problemId} />
        )}
        {isLive && can(self.role, "invite") && <InvitePopover sessionId={session.sessionId} access={props.access} />}
        {isLive && can(self.role, "end-session") && <EndInterview room={room} />}
        {props.callButton}
        {props.chatToggle}
        <ThemeToggle />
        <Leave {...props} />
      </div>
    </header>
  );
}

/** For everybody: each language keeps its own text. */
function LanguageSelect({ room, info }: { room: Room; info: RoomInfo }): ReactElement {
  const isOpen = useStore(room.connection).kind === "open";
  return (
    <div className="room-language">
      <SearchChoice
        label="Language"
        value={info.session.language}
        groups={languageGroups(info.runs)}
        disabled={!isOpen || !room.can("change-language")}
        onChange={(language) => room.changeLanguage(language)}
      />
    </div>
  );
}

function Leave({ bearer, sessionId }: Pick<LiveRoomProps, "bearer" | "sessionId">): ReactElement {
  const look = { className: buttonClass("quiet icon"), "aria-label": "Leave", title: "Leave" };
  // A guest has nowhere else to go in Greenroom: the way out is a page that says so.
  return bearer === "guest" ? (
    <Link to={paths.guestLeft} params={{ sessionId }} preload={false} {...look}>
      <Icon name="leave" />
    </Link>
  ) : (
    <Link to={paths.dashboard} {...look}>
      <Icon name="leave" />
    </Link>
  );
}
