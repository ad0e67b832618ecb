import { Popover } from "@base-ui/react/popover";
import { can } from "@greenroom/shared/roles.ts";
import type { RoomParticipant } from "@greenroom/shared/protocol/presence.ts";
import { useState, type ReactElement } from "react";
import type { Room } from "../room/room.ts";
import type { RoomInfo } from "../room/room-info.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { personClass } from "./person.ts";
import { roleText } from "./role-text.ts";
import "./people.css";

/** Who is in the room: a chip for each, with colour, name, role and whether they are connected. */
export function People({ room, info }: { room: Room; info: RoomInfo }): ReactElement {
  const [leaving, setLeaving] = useState<RoomParticipant>();
  const mayRemove = room.can("remove-participant");
  const isLive = info.session.phase === "live";
  // Interviewers look after candidates; candidates after their program.
  const seesAway = isLive && info.self.role === "interviewer";
  return (
    <>
      <ul className="people" aria-label="Participants">
        {info.participants.map((person) => (
          <li key={person.participantId}>
            <Person
              person={person}
              isSelf={person.participantId === info.self.participantId}
              path={info.session.documents.length > 1 ? room.project.pathOf(person.viewing) : undefined}
              isAway={seesAway && person.connected && person.away}
              onFollow={isLive && person.connected ? () => room.follow.start(person) : undefined}
              onRemove={mayRemove && person.participantId !== info.self.participantId ? setLeaving : undefined}
            />
          </li>
        ))}
      </ul>
      <ConfirmDialog
        isOpen={leaving !== undefined}
        title={`Remove ${leaving?.name ?? "this person"}?`}
        confirm="Remove"
        onConfirm={() => {
          if (leaving) room.removeParticipant(leaving.participantId);
          setLeaving(undefined);
        }}
        onCancel={() => setLeaving(undefined)}
      >
        They leave the room at once and cannot come back by the same link.
      </ConfirmDialog>
    </>
  );
}

interface PersonProps {
  readonly person: RoomParticipant;
  readonly isSelf: boolean;
  /** The file that they look at, where there is more than one. */
  readonly path: string | undefined;
  readonly isAway: boolean;
  readonly onFollow: (() => void) | undefined;
  readonly onRemove: ((person: RoomParticipant) => void) | undefined;
}

function Person({ person, isSelf, path, isAway, onFollow, onRemove }: PersonProps): ReactElement {
  const { name, role, color, connected } = person;
  const standing = connected ? "connected" : "not connected";
  return (
    <Popover.Root>
      <Popover.Trigger className={`person ${personClass(color)}`} data-connected={connected}>
        <span className="person-dot" aria-hidden="true" />
        <span className="person-name">
          {name}
          {isSelf && <span className="person-you"> (you)</span>}
        </span>
        <span className="person-role">{roleText[role].label}</span>
        {isAway && <span className="person-away">away</span>}
        <span className="visually-hidden">
          , {standing}
          {path !== undefined && `, in ${path}`}
        </span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="popover-place" sideOffset={8} collisionPadding={12}>
          <Popover.Popup className="popover person-card">
            <Popover.Title render={<h2>{name}</h2>} />
            <p className="muted">
              {roleText[role].label} · {standing}
              {can(role, "edit") ? "" : " · only watches"}
            </p>
            {path !== undefined && (
              <p>
                Looks at <strong>{path}</strong>
              </p>
            )}
            {isAway && <p>Has this page out of sight.</p>}
            {isSelf && role === "candidate" && (
              <p className="muted">
                Interviewers see when this page is out of your sight. How much you paste is kept in the record.
              </p>
            )}
            {onFollow && !isSelf && can(role, "edit") && (
              <Popover.Close render={<Button look="primary" onClick={onFollow} />}>Follow {name}</Popover.Close>
            )}
            {onRemove && (
              <Popover.Close render={<Button onClick={() => onRemove(person)} />}>Remove from the room…</Popover.Close>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
