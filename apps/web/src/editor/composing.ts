import type { UndoStack } from "../document/undo-stack.ts";
import type { Room } from "../room/room.ts";
import type { monaco } from "./monaco.ts";

/**
 * What an input method needs while it composes: others' text waits, since the browser knows the line by heart and would
 * put the next letters in a wrong place, and all that is tried on the way to a word is one step to undo.
 */
export function holdWhileComposing(
  editor: monaco.editor.IStandaloneCodeEditor,
  { room, undo }: { readonly room: Room; readonly undo: UndoStack },
): () => void {
  // Losing the keyboard ends composing in every browser, and what is composed so far stays.
  const finish = () => {
    if (!editor.hasTextFocus() || !(document.activeElement instanceof HTMLElement)) return;
    document.activeElement.blur();
    editor.focus();
  };
  const end = () => {
    undo.endGroup();
    room.held.release();
  };
  const subscriptions = [
    editor.onDidCompositionStart(() => {
      undo.beginGroup();
      room.held.hold(finish);
    }),
    editor.onDidCompositionEnd(end),
  ];
  return () => {
    for (const subscription of subscriptions) subscription.dispose();
    end();
  };
}
