import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { operationFromEdits, type Utf16Edit } from "@greenroom/shared/ot/utf16.ts";

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
