import { type as textType } from "ot-text-unicode";

/**
 * One change to a text, in the format of ot-text-unicode: a number skips that many Unicode code points, a string inserts
 * itself, `{ d: n }` deletes n code points. What follows the last component stays as it is.
 * https://github.com/ottypes/text-unicode#spec
 */
export type TextOperation = readonly TextComponent[];
export type TextComponent = number | string | { readonly d: number };

/** Which of two insertions at one place stands first: the left one. */
export type Side = "left" | "right";

// The type's declarations know mutable arrays and string deletions only; apply, transform and compose mutate neither
// argument, and the validator has refused string deletions before anything arrives here.
type LibraryOperation = Parameters<typeof textType.apply>[1];
const toLibrary = (operation: TextOperation): LibraryOperation => operation as LibraryOperation;
const fromLibrary = (operation: LibraryOperation): TextOperation => operation as TextOperation;

/**
 * The text after the operation, which must have passed `validateOperation` for this very text. It counts and copies all of
 * the text: documents are kept as ropes.
 */
export function apply(text: string, operation: TextOperation): string {
  return textType.apply(text, toLibrary(operation));
}

/** The operation as it must be to come after `other`, both made for the same text. */
export function transform(operation: TextOperation, other: TextOperation, side: Side): TextOperation {
  return fromLibrary(textType.transform(toLibrary(operation), toLibrary(other), side));
}

/**
 * One operation that does what `first` and then `second` do. Only for what has not been sent: composing is not closed
 * under transform, so history is never composed.
 */
export function compose(first: TextOperation, second: TextOperation): TextOperation {
  return fromLibrary(textType.compose(toLibrary(first), toLibrary(second)));
}

/** The same operation in the type's canonical form: neighbours joined, nothing empty, no trailing skip. */
export function normalize(operation: TextOperation): TextOperation {
  // The library adds to the first of two neighbouring deletions in place: it gets deletions of its own.
  const own = operation.map((component) => (typeof component === "object" ? { ...component } : component));
  return fromLibrary(textType.normalize(toLibrary(own)));
}

export function isEmpty(operation: TextOperation): boolean {
  return operation.every((component) => typeof component === "number");
}

/** The first half of a surrogate pair. V8 knows at once that a text of one byte a character has none. */
const highSurrogate = /[\ud800-\udbff]/;

/** How many Unicode code points a well-formed string has. */
export function codePointLength(text: string): number {
  const first = text.search(highSurrogate);
  if (first < 0) return text.length;
  let count = text.length;
  for (let i = first; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A high surrogate is followed by its low one in a well-formed string: two units, one code point.
    if (unit >= 0xd800 && unit < 0xdc00) count--;
  }
  return count;
}

/** By how many code points the operation makes a text longer (or, negative, shorter). */
export function lengthChange(operation: TextOperation): number {
  let change = 0;
  for (const component of operation) {
    if (typeof component === "string") change += codePointLength(component);
    else if (typeof component === "object") change -= component.d;
  }
  return change;
}
