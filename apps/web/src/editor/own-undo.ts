import { RedoCommand, UndoCommand } from "monaco-editor/editor/browser/editorExtensions.js";

export interface OwnUndo {
  /** Whether the keyboard is in its editor. */
  readonly isFocused: () => boolean;
  readonly undo: () => void;
  readonly redo: () => void;
}

/** Monaco's own editors answer at 10000, and would undo what others typed. */
const priority = 20_000;
const registered = new Set<OwnUndo>();

function focused(): OwnUndo | undefined {
  return [...registered].find((own) => own.isFocused());
}

UndoCommand.addImplementation(priority, "greenroom-own-undo", () => {
  const own = focused();
  own?.undo();
  return own !== undefined;
});
RedoCommand.addImplementation(priority, "greenroom-own-redo", () => {
  const own = focused();
  own?.redo();
  return own !== undefined;
});

/** Takes over every way to undo and redo (keys, menus, the browser's) while the keyboard is in this editor. */
export function registerOwnUndo(own: OwnUndo): () => void {
  registered.add(own);
  return () => registered.delete(own);
}
