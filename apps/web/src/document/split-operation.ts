import {
  codePointLength,
  normalize,
  type TextComponent,
  type TextOperation,
} from "@greenroom/shared/ot/text-operation.ts";
import { toUtf16 } from "@greenroom/shared/ot/utf16.ts";

/** What one sent operation may hold, well below the server's bounds so that a paste never blocks the others' typing. */
export const sendLimits = { insertedCharacters: 64 * 1024, components: 5000 };

/** `first` and then `rest` do what the operation does; `rest` is absent where the operation fits as it is. */
export function splitOperation(
  operation: TextOperation,
  limits = sendLimits,
): { first: TextOperation; rest: TextOperation | undefined } {
  const first: TextComponent[] = [];
  let room = limits.insertedCharacters;
  let reached = 0; // code points from the start to where `first` ends, in the text it leads to
  for (const [index, component] of operation.entries()) {
    if (first.length >= limits.components) return halves(first, reached, operation.slice(index));
    if (typeof component === "string") {
      const length = codePointLength(component);
      if (length > room) {
        const cut = toUtf16(component, room);
        if (cut > 0) first.push(component.slice(0, cut));
        return halves(first, reached + room, [component.slice(cut), ...operation.slice(index + 1)]);
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

function halves(first: TextComponent[], reached: number, remaining: TextOperation) {
  const rest = normalize(reached > 0 ? [reached, ...remaining] : remaining);
  return { first: normalize(first), rest: rest.length > 0 ? rest : undefined };
}
