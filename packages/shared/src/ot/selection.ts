import type { TextOperation } from "./text-operation.ts";
import { codePointLength } from "./text-operation.ts";

/** A caret or a selection, in code points from the start of the text; the head is where the caret blinks. */
export interface TextSelection {
  readonly anchor: number;
  readonly head: number;
}

/** Whether text inserted exactly at a position pushes it along. One's own typing does, everybody else's does not. */
export type Bias = "stay" | "push";

/** Where a position is after the operation. */
export function transformPosition(position: number, operation: TextOperation, bias: Bias): number {
  let index = 0; // in the text as it grows
  let at = position;
  for (const component of operation) {
    if (index > at) return at;
    if (typeof component === "number") {
      index += component;
    } else if (typeof component === "string") {
      const length = codePointLength(component);
      if (index < at || (index === at && bias === "push")) at += length;
      index += length;
    } else {
      at = Math.max(index, at - component.d);
    }
  }
  return at;
}

export function transformSelection(selection: TextSelection, operation: TextOperation, bias: Bias): TextSelection {
  return {
    anchor: transformPosition(selection.anchor, operation, bias),
    head: transformPosition(selection.head, operation, bias),
  };
}
