import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { operationsOf, type PendingState } from "./pending-state.ts";

/** A piece of a text as somebody had it. */
export interface TextPart {
  readonly text: string;
  /** The server does not have it. */
  readonly isTyped: boolean;
}

/** The text with all that is pending, in order; what was deleted is not in it. */
export function typedParts(state: PendingState): TextPart[] {
  const base: TextPart[] = [{ text: state.base, isTyped: false }];
  return operationsOf(state).reduce(applyToParts, base);
}

function applyToParts(parts: readonly TextPart[], operation: TextOperation): TextPart[] {
  const rest = parts.map(({ text, isTyped }) => ({ points: [...text], isTyped }));
  const result: TextPart[] = [];
  const take = (count: number, isKept: boolean) => {
    for (let left = count; left > 0;) {
      const next = rest[0];
      if (!next) return;
      const points = next.points.splice(0, left);
      left -= points.length;
      if (isKept && points.length > 0) result.push({ text: points.join(""), isTyped: next.isTyped });
      if (next.points.length === 0) rest.shift();
    }
  };
  for (const component of operation) {
    if (typeof component === "number") take(component, true);
    else if (typeof component === "string") result.push({ text: component, isTyped: true });
    else take(component.d, false);
  }
  take(Infinity, true);
  return result;
}
