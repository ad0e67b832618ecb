import type { RoomParticipant } from "@greenroom/shared/protocol/presence.ts";
import type { ReactElement } from "react";
import { personClass } from "../presence/person.ts";

/** Who looks at a file: a dot for each, and their names for those who hear the page. */
export function FilePeople({ people }: { people: readonly RoomParticipant[] }): ReactElement | null {
  if (people.length === 0) return null;
  const names = people.map(({ name }) => name).join(", ");
  return (
    <span className="file-people" title={`Here: ${names}`}>
      {people.map(({ participantId, color }) => (
        <span key={participantId} className={`file-dot ${personClass(color)}`} aria-hidden="true" />
      ))}
      <span className="visually-hidden">, here: {names}</span>
    </span>
  );
}
