import type { RoomDocument } from "../room/room-document.ts";
import type { Room } from "../room/room.ts";
import type { monaco } from "./monaco.ts";

/** Keeps the place on the screen where the followed person's first caret is. */
export function followCaret(
  editor: monaco.editor.IStandaloneCodeEditor,
  { room, document }: { readonly room: Room; readonly document: RoomDocument },
): () => void {
  const { target } = room.follow;
  let shown = "";
  const look = () => {
    const participantId = target.get()?.participantId;
    const caret = document.carets.all.find((one) => one.participantId === participantId);
    const [range] = caret?.ranges ?? [];
    const model = editor.getModel();
    // Only where they go: one may look around while they stand still.
    const place = caret && range ? `${caret.connectionId} ${caret.moves}` : "";
    if (place === shown || !model) return;
    shown = place;
    if (range) editor.revealPositionInCenterIfOutsideViewport(model.getPositionAt(range.head));
  };
  const unsubscribe = [target.subscribe(look), document.carets.subscribe(look)];
  look();
  return () => {
    for (const stop of unsubscribe) stop();
  };
}
