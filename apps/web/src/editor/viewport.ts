import type { Utf16Edit } from "@greenroom/shared/ot/utf16.ts";
import type * as monaco from "monaco-editor/editor/editor.api.js";
import { carryOffset } from "../document/positions.ts";
import type { RoomDocument } from "../room/room-document.ts";
import type { Room } from "../room/room.ts";

/** A line on the screen that has to stay where it is: by its text, not by its number. */
export interface ViewportAnchor {
  /** Of the line's beginning, in UTF-16 units. */
  readonly offset: number;
  /** From the upper edge of the viewport to the line, in pixels. */
  readonly distance: number;
}

/** The caret's line where it can be seen, otherwise the first line that can. */
export function viewportAnchor(editor: monaco.editor.ICodeEditor): ViewportAnchor | undefined {
  const model = editor.getModel();
  const visible = editor.getVisibleRanges();
  const [first] = visible;
  if (!model || !first) return undefined;
  const caret = editor.getPosition()?.lineNumber ?? 0;
  const isSeen = visible.some(
    ({ startLineNumber, endLineNumber }) => startLineNumber <= caret && caret <= endLineNumber,
  );
  const lineNumber = isSeen && editor.hasTextFocus() ? caret : first.startLineNumber;
  return {
    offset: model.getOffsetAt({ lineNumber, column: 1 }),
    distance: editor.getTopForLineNumber(lineNumber) - editor.getScrollTop(),
  };
}

/** Where the first line on the screen begins, in UTF-16 units. */
function firstVisible(editor: monaco.editor.ICodeEditor): number | undefined {
  const [first] = editor.getVisibleRanges();
  return first && editor.getModel()?.getOffsetAt({ lineNumber: first.startLineNumber, column: 1 });
}

/** Whoever follows this person sees what they see. [P6] */
export function tellViewport(
  editor: monaco.editor.ICodeEditor,
  { room, document }: { readonly room: Room; readonly document: RoomDocument },
): () => void {
  const tell = () => room.presence.scrolled(document.client, () => firstVisible(editor));
  const scrolled = editor.onDidScrollChange(({ scrollTopChanged }) => scrollTopChanged && tell());
  tell();
  return () => scrolled.dispose();
}

/** Shows the text from a line on, which is the one at an offset. */
export function scrollToLineAt(editor: monaco.editor.ICodeEditor, offset: number): void {
  const lineNumber = editor.getModel()?.getPositionAt(offset).lineNumber ?? 1;
  // Above the first line there is some room.
  const top = lineNumber === 1 ? 0 : editor.getTopForLineNumber(lineNumber);
  editor.setScrollTop(top, 1 satisfies monaco.editor.ScrollType.Immediate);
}

export function restoreViewport(
  editor: monaco.editor.ICodeEditor,
  anchor: ViewportAnchor,
  edits: readonly Utf16Edit[],
): void {
  const model = editor.getModel();
  if (!model) return;
  // Text inserted exactly at the line's beginning pushes the line down, as whole lines above it do.
  const { lineNumber } = model.getPositionAt(carryOffset(anchor.offset, edits, "push"));
  const top = editor.getTopForLineNumber(lineNumber) - anchor.distance;
  if (Math.abs(top - editor.getScrollTop()) >= 1)
    editor.setScrollTop(top, 1 satisfies monaco.editor.ScrollType.Immediate);
}
