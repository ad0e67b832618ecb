import type { RoomDocument } from "../room/room-document.ts";
import type { Room } from "../room/room.ts";
import type { monaco } from "./monaco.ts";
import { scrollToLineAt } from "./viewport.ts";

/** Shows what the followed person sees: from the same line on, and where their first caret goes. [P6] */
export function followCaret(
  editor: monaco.editor.IStandaloneCodeEditor,
  { room, document }: { readonly room: Room; readonly document: RoomDocument },
): () => void {
  const { target } = room.follow;
  let shown = "";
  let seen = "";
  const look = () => {
    const participantId = target.get()?.participantId;
    const caret = document.carets.all.find((one) => one.participantId === participantId);
    const [range] = caret?.ranges ?? [];
    const model = editor.getModel();
    if (!model) return;
    // Only where they go: one may look around while they stand still.
    const view = caret?.top === undefined ? "" : `${caret.connectionId} ${caret.scrolls}`;
    const place = caret && range ? `${caret.connectionId} ${caret.moves}` : "";
    const isFirst = shown === "";
    const hasScrolled = view !== seen;
    const hasMoved = place !== shown;
    seen = view;
    shown = place;
    if (hasScrolled && caret?.top !== undefined) scrollToLineAt(editor, caret.top);
    // Whoever begins to follow sees what they see, wherever their caret is.
    if (hasMoved && range && !(isFirst && caret?.top !== undefined))
      editor.revealPositionInCenterIfOutsideViewport(model.getPositionAt(range.head));
  };
  const unsubscribe = [target.subscribe(look), document.carets.subscribe(look)];
  look();
  return () => {
    for (const stop of unsubscribe) stop();
  };
}
