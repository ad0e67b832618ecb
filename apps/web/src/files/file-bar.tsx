import type { RoomParticipant } from "@greenroom/shared/protocol/presence.ts";
import { useRef, useState, type ReactElement } from "react";
import type { Room } from "../room/room.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { bringIn } from "./bring-in.ts";
import { FileNamePopover } from "./file-name-popover.tsx";
import { FilePeople } from "./file-people.tsx";
import { chosenFiles } from "./picked-files.ts";
import type { ProjectView } from "./project.ts";

export interface FileBarProps {
  readonly room: Room;
  readonly view: ProjectView;
  readonly people: readonly RoomParticipant[];
  readonly mayEdit: boolean;
  readonly isTreeOpen: boolean;
  readonly onToggleTree: () => void;
}

/** One line: which file this is, and what can be done with it. */
export function FileBar({ room, view, people, mayEdit, isTreeOpen, onToggleTree }: FileBarProps): ReactElement {
  const shown = view.files.find(({ documentId }) => documentId === view.shownId);
  const count = view.files.length;
  return (
    <div className="file-bar">
      {count > 1 && (
        <Button look="quiet small" aria-expanded={isTreeOpen} onClick={onToggleTree}>
          <Icon name={isTreeOpen ? "chevron" : "next"} /> Files <span className="muted">{count}</span>
        </Button>
      )}
      <p className="file-shown" title={shown?.path}>
        {shown?.path}
        {count > 1 && <FilePeople people={people.filter(({ viewing }) => viewing === view.shownId)} />}
      </p>
      {mayEdit && shown && shown.documentId !== view.entryId && (
        <>
          <FileNamePopover
            key={shown.path}
            title={`Rename ${shown.path}`}
            icon="edit"
            confirm="Rename"
            initial={shown.path}
            others={view.files.filter((file) => file !== shown)}
            onName={(path) => room.project.rename(shown.documentId, path)}
          />
          <DeleteFile path={shown.path} onDelete={() => room.project.delete(shown.documentId)} />
        </>
      )}
      {mayEdit && <AddFiles room={room} view={view} />}
    </div>
  );
}

function DeleteFile({ path, onDelete }: { path: string; onDelete: () => void }): ReactElement {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button look="quiet icon" aria-label={`Delete ${path}`} title={`Delete ${path}`} onClick={() => setAsking(true)}>
        <Icon name="trash" />
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={`Delete ${path} for everybody?`}
        confirm="Delete"
        onConfirm={() => {
          setAsking(false);
          onDelete();
        }}
        onCancel={() => setAsking(false)}
      >
        Nobody can write in it any more. What was in it stays in the record of the interview.
      </ConfirmDialog>
    </>
  );
}

function AddFiles({ room, view }: { room: Room; view: ProjectView }): ReactElement {
  const picker = useRef<HTMLInputElement>(null);
  const picked = async (files: FileList) => {
    const problem = await bringIn(room.project, chosenFiles(files));
    if (problem !== undefined) room.say(problem);
  };
  return (
    <>
      <FileNamePopover
        title="Add a file"
        icon="plus"
        confirm="Add"
        initial=""
        others={view.files}
        onName={(path) => room.project.add(path, "", true)}
      >
        {(close) => (
          <div className="file-popover-more">
            <Button
              look="small"
              onClick={() => {
                close();
                picker.current?.click();
              }}
            >
              <Icon name="upload" /> From this device…
            </Button>
            <p className="field-hint">Files and folders can also be dragged here: text, up to a megabyte each.</p>
          </div>
        )}
      </FileNamePopover>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label="Files from this device"
        onChange={({ target }) => {
          if (target.files?.length) void picked(target.files);
          target.value = "";
        }}
      />
    </>
  );
}
