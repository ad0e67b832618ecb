import { codePointLength, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { transformPosition, type Bias } from "@greenroom/shared/ot/selection.ts";
import type { Utf16Edit } from "@greenroom/shared/ot/utf16.ts";

/** Where a position of the local text is in the server's text: back over what is not acknowledged. In code points. */
export function toServerPosition(position: number, pending: readonly TextOperation[]): number {
  return pending.toReversed().reduce((at, operation) => transformPosition(at, mirrored(operation), "stay"), position);
}

/** Where a position of the server's text is in the local text. In code points. */
export function toLocalPosition(position: number, pending: readonly TextOperation[]): number {
  return pending.reduce((at, operation) => transformPosition(at, operation, "stay"), position);
}

/** The inverse of an operation as far as positions go: what it inserts stands for what was there. */
function mirrored(operation: TextOperation): TextOperation {
  return operation.map((component) => {
    if (typeof component === "number") return component;
    return typeof component === "string" ? { d: codePointLength(component) } : "x".repeat(component.d);
  });
}

/** Where a UTF-16 offset is after edits that are in order, do not overlap and were all made for the same text. */
export function carryOffset(offset: number, edits: readonly Utf16Edit[], bias: Bias): number {
  let shift = 0;
  for (const edit of edits) {
    if (edit.offset > offset) break;
    const end = edit.offset + edit.length;
    const isBehind = end < offset || (end === offset && edit.length > 0);
    if (isBehind) shift += edit.text.length - edit.length;
    else return shift + edit.offset + (bias === "push" ? edit.text.length : 0);
  }
  return offset + shift;
}

/** A selection in UTF-16 offsets. */
export interface OffsetRange {
  readonly anchor: number;
  readonly head: number;
}

/**
 * A selection after other people's edits: a caret is not moved by text inserted exactly at it, and a selection does not
 * grow by text inserted at its ends.
 */
export function carryRange(range: OffsetRange, edits: readonly Utf16Edit[], caret: Bias = "stay"): OffsetRange {
  if (range.anchor === range.head) {
    const at = carryOffset(range.head, edits, caret);
    return { anchor: at, head: at };
  }
  const [anchor, head] = range.anchor < range.head ? (["push", "stay"] as const) : (["stay", "push"] as const);
  return { anchor: carryOffset(range.anchor, edits, anchor), head: carryOffset(range.head, edits, head) };
}
