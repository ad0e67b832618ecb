import { useState, type ReactElement, type ReactNode } from "react";
import type { Room } from "../room/room.ts";
import type { RoomInfo } from "../room/room-info.ts";
import { useStore } from "../room/store.ts";
import { useNarrow } from "../room/use-narrow.ts";
import { FileBar } from "./file-bar.tsx";
import { FileDrop } from "./file-drop.tsx";
import { FileTree } from "./file-tree.tsx";
import "./project-pane.css";

/** The editor with the project's files: one line for one file, and a tree once there are more. */
export function ProjectPane({
  room,
  info,
  children,
}: {
  room: Room;
  info: RoomInfo;
  children: ReactNode;
}): ReactElement {
  const view = useStore(room.project.view);
  const isNarrow = useNarrow();
  const [chosen, setChosen] = useState<boolean>();
  const hasTree = view !== undefined && view.files.length > 1;
  const isTreeOpen = hasTree && (chosen ?? !isNarrow);
  const mayEdit = room.can("edit");
  const others = info.participants.filter(
    ({ participantId, connected }) => connected && participantId !== info.self.participantId,
  );
  return (
    <div className="project">
      {view && (
        <FileBar
          room={room}
          view={view}
          people={others}
          mayEdit={mayEdit}
          isTreeOpen={isTreeOpen}
          onToggleTree={() => setChosen(!isTreeOpen)}
        />
      )}
      {mayEdit && <FileDrop room={room} />}
      <div className="project-body">
        {isTreeOpen && (
          <FileTree
            view={view}
            people={others}
            onOpen={(documentId) => {
              room.lookAt(documentId);
              if (isNarrow) setChosen(false);
            }}
          />
        )}
        <div className="project-code">{children}</div>
      </div>
    </div>
  );
}
