import {
  codePointLength,
  compose,
  isEmpty,
  normalize,
  type TextComponent,
  type TextOperation,
} from "@greenroom/shared/ot/text-operation.ts";
import { toUtf16 } from "@greenroom/shared/ot/utf16.ts";

/** What one sent operation may hold, well below the server's bounds so that a paste never blocks the others' typing. */
export const sendLimits = { insertedCharacters: 64 * 1024, components: 5000 };

interface Split {
  readonly first: TextOperation;
  readonly rest: TextOperation | undefined;
}

/**
 * `first` and then `rest` do what the operation does; `rest` is absent where the operation fits as it is. Of what puts
 * in more than one part may hold, the deletions go first: on its way the text is never longer than before or after, and
 * so a large paste over a large text does not reach the document's bound.
 */
export function splitOperation(operation: TextOperation, limits = sendLimits): Split {
  const deletions = normalize(operation.filter((component) => typeof component !== "string"));
  if (isEmpty(deletions) || insertedBy(operation) <= limits.insertedCharacters) return cut(operation, limits);
  const insertions = normalize(operation.filter((component) => typeof component !== "object"));
  const { first, rest } = cut(deletions, limits);
  return { first, rest: rest ? compose(rest, insertions) : insertions };
}

function insertedBy(operation: TextOperation): number {
  return operation.reduce<number>((sum, one) => sum + (typeof one === "string" ? codePointLength(one) : 0), 0);
}

/** Cuts by place: `first` does what stands first in the text. */
function cut(operation: TextOperation, limits: typeof sendLimits): Split {
  const first: TextComponent[] = [];
  let room = limits.insertedCharacters;
  let reached = 0; // code points from the start to where `first` ends, in the text it leads to
  for (const [index, component] of operation.entries()) {
    if (first.length >= limits.components) return halves(first, reached, operation.slice(index));
    if (typeof component === "string") {
      const length = codePointLength(component);
      if (length > room) {
        const end = toUtf16(component, room);
        if (end > 0) first.push(component.slice(0, end));
        return halves(first, reached + room, [component.slice(end), ...operation.slice(index + 1)]);
      }
      room -= length;
      reached += length;
    } else if (typeof component === "number") {
      reached += component;
    }
    first.push(component);
  }
  return { first: operation, rest: undefined };
}

function halves(first: TextComponent[], reached: number, remaining: TextOperation): Split {
  const rest = normalize(reached > 0 ? [reached, ...remaining] : remaining);
  return { first: normalize(first), rest: rest.length > 0 ? rest : undefined };
}
