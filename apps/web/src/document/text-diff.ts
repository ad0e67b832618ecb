import { diffArrays } from "diff";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { operationFromEdits, type Utf16Edit } from "@greenroom/shared/ot/utf16.ts";

/** More changed lines than this are one replacement: comparing takes the square of it. */
const comparedLines = 2000;

/** The one replacement that leads from a text to another, what lies between their common beginning and end; if any. */
export function difference(from: string, to: string): Utf16Edit | undefined {
  if (from === to) return undefined;
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from.charCodeAt(start) === to.charCodeAt(start)) start++;
  let end = 0;
  while (end < shorter - start && from.charCodeAt(from.length - 1 - end) === to.charCodeAt(to.length - 1 - end)) end++;
  return { offset: start, length: from.length - start - end, text: to.slice(start, to.length - end) };
}

export function diffOperation(from: string, to: string): TextOperation {
  const edit = difference(from, to);
  return edit ? operationFromEdits(from, [edit]) : [];
}

/**
 * The same, line by line, for what an operation of somebody else's is to be carried over: text typed into a line that
 * did not change stays in it. What is typed is never lost, wherever the two texts differ: at the worst it comes to stand
 * at the edge of what was replaced. [J8]
 */
export function mergeOperation(from: string, to: string): TextOperation {
  const lines = diffArrays(linesOf(from), linesOf(to), { maxEditLength: comparedLines });
  if (!lines) return diffOperation(from, to);
  const edits: Utf16Edit[] = [];
  let offset = 0;
  let removed = "";
  let added = "";
  const close = () => {
    const edit = difference(removed, added);
    if (edit) edits.push({ ...edit, offset: offset + edit.offset });
    offset += removed.length;
    removed = "";
    added = "";
  };
  for (const change of lines) {
    const text = change.value.join("");
    if (change.removed) removed += text;
    else if (change.added) added += text;
    else {
      close();
      offset += text.length;
    }
  }
  close();
  return operationFromEdits(from, edits);
}

/** With their ends, so that joined they are the text. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
