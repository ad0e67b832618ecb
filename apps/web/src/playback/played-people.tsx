import type { LoggedParticipant, SessionState } from "@greenroom/shared/log/state.ts";
import { memo, type ReactElement } from "react";
import { personClass } from "../presence/person.ts";
import { roleText } from "../presence/role-text.ts";
import "../presence/people.css";

interface PlayedPeopleProps extends Pick<SessionState, "participants" | "documents"> {
  readonly shownId: string | undefined;
}

/** Who had been there by then, who was away, and who looked at another file than the one that is shown. */
export const PlayedPeople = memo(function PlayedPeople(props: PlayedPeopleProps): ReactElement {
  return (
    <ul className="people" aria-label="Participants">
      {Object.entries(props.participants).map(([id, person]) => (
        <li key={id} className={`person ${personClass(person.color)}`} data-connected={person.connected}>
          <span className="person-dot" aria-hidden="true" />
          <span className="person-name">{person.name}</span>
          <span className="person-role">{roleText[person.role].label}</span>
          <span className="played-standing">{standing(person, props)}</span>
        </li>
      ))}
    </ul>
  );
});

function standing(person: LoggedParticipant, { documents, shownId }: PlayedPeopleProps): string {
  if (person.removed) return "removed";
  if (!person.connected) return "not connected";
  if (person.away) return "away";
  if (person.viewing === null || person.viewing === shownId) return "";
  const path = documents[person.viewing]?.path;
  return path === undefined ? "" : `looks at ${path}`;
}
