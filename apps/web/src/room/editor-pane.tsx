import { lazy, Suspense, useState, type ReactElement } from "react";
import { ProjectPane } from "../files/project-pane.tsx";
import { FollowStrip } from "../presence/follow-strip.tsx";
import { Spinner } from "../ui/notice.tsx";
import type { Room } from "./room.ts";
import type { RoomInfo } from "./room-info.ts";
import { useStore } from "./store.ts";

// The editor is fetched while the room is still being opened; should that fail, it is tried again when it is needed.
const loadEditor = () => import("../editor/code-editor.tsx");
const fetched = loadEditor().catch(() => undefined);
const CodeEditor = lazy(async () => ({ default: ((await fetched) ?? (await loadEditor())).CodeEditor }));

/** The shown file, the files beside it, and whom one follows. */
export function EditorPane({ room, info }: { room: Room; info: RoomInfo }): ReactElement {
  return (
    <div className="editor-pane">
      <FollowStrip room={room} />
      <ProjectPane room={room} info={info}>
        <Code room={room} isReadOnly={!room.can("edit")} />
      </ProjectPane>
    </div>
  );
}

function Code({ room, isReadOnly }: { room: Room; isReadOnly: boolean }): ReactElement {
  const document = useStore(room.document);
  const { isLoaded } = useStore(room.saving);
  // Until another document is here, the one before it stays on the screen, read-only.
  const [shown, setShown] = useState(isLoaded ? document : undefined);
  if (isLoaded && document !== shown) setShown(document);
  const waiting = (
    <div className="editor-waiting">
      <Spinner label="Loading the editor…" />
    </div>
  );
  if (!shown) return waiting;
  return (
    <Suspense fallback={waiting}>
      <CodeEditor room={room} document={shown} isReadOnly={isReadOnly || shown !== document} />
    </Suspense>
  );
}
