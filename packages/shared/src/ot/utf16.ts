import { Rope } from "./rope.ts";
import { type TextComponent, type TextOperation, normalize } from "./text-operation.ts";

/** One replacement, in UTF-16 units of the text before all of a batch: what Monaco and every DOM API speak. */
export interface Utf16Edit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** Code points → UTF-16 offset of the same place. */
export function toUtf16(text: string, codePoints: number): number {
  let unit = 0;
  for (let point = 0; point < codePoints && unit < text.length; point++) unit += isPairAt(text, unit) ? 2 : 1;
  return unit;
}

function isPairAt(text: string, unit: number): boolean {
  const high = text.charCodeAt(unit);
  const low = text.charCodeAt(unit + 1);
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
}

/** An offset inside a surrogate pair moves to the pair's start, or to its end; any other stays. */
function startOfPair(text: string, unit: number): number {
  return unit > 0 && isPairAt(text, unit - 1) ? unit - 1 : unit;
}
function endOfPair(text: string, unit: number): number {
  return unit > 0 && isPairAt(text, unit - 1) ? unit + 1 : unit;
}

/** Line ends to LF, lone surrogates to U+FFFD, NUL out: what a document can hold. */
export function storableText(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll("\0", "").toWellFormed();
}

/** Edits that do not overlap, all relative to `of`, as one operation. A boundary inside a surrogate pair widens to the pair. */
export function operationFromEdits(of: string | Rope, edits: readonly Utf16Edit[]): TextOperation {
  const text = of.toString();
  const walk = Rope.of(of).walk();
  const components: TextComponent[] = [];
  const passTo = (unit: number): number => {
    const before = walk.point;
    walk.passTo(unit);
    return walk.point - before;
  };
  for (const edit of joinWithinPairs(text, edits)) {
    const start = startOfPair(text, edit.offset);
    const rawEnd = edit.offset + edit.length;
    const end = endOfPair(text, rawEnd);
    const inserted = storableText(text.slice(start, edit.offset) + edit.text + text.slice(rawEnd, end));
    const skipped = passTo(start);
    if (skipped > 0) components.push(skipped);
    if (inserted !== "") components.push(inserted);
    const deleted = passTo(end);
    if (deleted > 0) components.push({ d: deleted });
  }
  return normalize(components);
}

/** Edits in order; one that ends and one that begins within the same pair become one, so that the pair is widened to once. */
function joinWithinPairs(text: string, edits: readonly Utf16Edit[]): Utf16Edit[] {
  const joined: Utf16Edit[] = [];
  for (const edit of edits.toSorted((a, b) => a.offset - b.offset)) {
    const last = joined.at(-1);
    const lastEnd = last ? last.offset + last.length : 0;
    if (last && endOfPair(text, lastEnd) > startOfPair(text, edit.offset)) {
      joined[joined.length - 1] = {
        offset: last.offset,
        length: edit.offset + edit.length - last.offset,
        text: last.text + text.slice(lastEnd, edit.offset) + edit.text,
      };
    } else joined.push(edit);
  }
  return joined;
}

/** An operation as replacements in UTF-16 units of `text`, in order and not overlapping. */
export function editsFromOperation(text: string | Rope, operation: TextOperation): Utf16Edit[] {
  const walk = Rope.of(text).walk();
  const edits: Utf16Edit[] = [];
  for (const component of operation) {
    const offset = walk.unit;
    if (typeof component === "number") walk.pass(component);
    else if (typeof component === "string") edits.push({ offset, length: 0, text: component });
    else {
      walk.pass(component.d);
      edits.push({ offset, length: walk.unit - offset, text: "" });
    }
  }
  return joinNeighbours(edits);
}

/** Insert and delete at one place become one replacement. */
function joinNeighbours(edits: readonly Utf16Edit[]): Utf16Edit[] {
  const joined: Utf16Edit[] = [];
  for (const edit of edits) {
    const last = joined.at(-1);
    if (last && last.offset + last.length === edit.offset) {
      joined[joined.length - 1] = {
        offset: last.offset,
        length: last.length + edit.length,
        text: last.text + edit.text,
      };
    } else joined.push(edit);
  }
  return joined;
}
