import type { Checker } from "../jobs/grading.ts";
import type { ValueType } from "./signature.ts";
import { toJson, type Value } from "./values.ts";

/**
 * Whether a value that a function returned is the one that was expected. Doubles agree within the checker's tolerances, or
 * within 1e-9 where it has none; with `unordered-lines` the items of an array, and the rows of a matrix, may be in any
 * order. The other checkers compare texts, and have no more to say of a value.
 */
export function agree(expected: Value, got: Value, how: { type: ValueType; checker: Checker }): boolean {
  const tolerance =
    how.checker.kind === "float" ? how.checker : { absolute: defaultTolerance, relative: defaultTolerance };
  const same = (one: Value, other: Value): boolean => equal(one, other, tolerance);
  const anyOrder = how.checker.kind === "unordered-lines" && (how.type.kind === "array" || how.type.kind === "matrix");
  return anyOrder ? same(sorted(expected), sorted(got)) : same(expected, got);
}

const defaultTolerance = 1e-9;

/** Any order will do, as long as it is the same for the same items. */
function sorted(value: Value): Value {
  if (!Array.isArray(value)) return value;
  return value
    .map((item) => ({ item, text: toJson(item) }))
    .toSorted((one, other) => (one.text < other.text ? -1 : one.text > other.text ? 1 : 0))
    .map(({ item }) => item);
}

function equal(expected: Value, got: Value, tolerance: { absolute: number; relative: number }): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(got) &&
      got.length === expected.length &&
      expected.every((item, index) => equal(item, got[index] ?? null, tolerance))
    );
  }
  if (typeof expected !== "number" || typeof got !== "number") return expected === got;
  if (Object.is(expected, got) || expected === got) return true;
  // What is infinite is near nothing.
  if (!Number.isFinite(expected) || !Number.isFinite(got)) return false;
  const difference = Math.abs(expected - got);
  return difference <= tolerance.absolute || difference <= tolerance.relative * Math.abs(expected);
}
