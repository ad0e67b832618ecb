import type { Utf16Edit } from "@greenroom/shared/ot/utf16.ts";
import type * as monaco from "monaco-editor/editor/editor.api.js";
import { carryOffset } from "../document/positions.ts";

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
