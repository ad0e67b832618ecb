import { expect, it } from "vitest";
import { randomFrom, randomOperation, randomText } from "./random-operation.ts";
import { Rope } from "./rope.ts";
import { apply } from "./text-operation.ts";
import { editsFromOperation, operationFromEdits, storableText, toUtf16, type Utf16Edit } from "./utf16.ts";

/** Edits done on UTF-16 units, from the end so that no offset moves: what an editor does. */
function applyEdits(text: string, edits: readonly Utf16Edit[]): string {
  return edits
    .toSorted((a, b) => b.offset - a.offset)
    .reduce(
      (now, { offset, length, text: inserted }) => now.slice(0, offset) + inserted + now.slice(offset + length),
      text,
    );
}

it.each(["plain", "😀😀", "👩‍👩‍👧 family", "🇪🇺 flag", "e\u0301 combined", "漢字", "", "mixed 😀 a\n𝒳𝒴"])(
  "offsets go to code points and back: %j",
  (text) => {
    let unit = 0;
    for (const [index, point] of [...text, ""].entries()) {
      expect(Rope.of(text).toCodePoints(unit)).toBe(index);
      expect(toUtf16(text, index)).toBe(unit);
      expect(Rope.of(text).toUtf16(index)).toBe(unit);
      unit += point.length;
    }
    expect(toUtf16(text, 1_000_000)).toBe(text.length);
    expect(Rope.of(text).toUtf16(1_000_000)).toBe(text.length);
  },
);

it("an offset inside a pair counts the pair", () => {
  expect(Rope.of("a😀b").toCodePoints(2)).toBe(2);
  expect(Rope.of("😀").toCodePoints(1)).toBe(1);
});

it("text is made storable: LF alone, well-formed, without NUL", () => {
  expect(storableText("a\r\nb\rc\n\r")).toBe("a\nb\nc\n\n");
  expect(storableText("x\0y")).toBe("xy");
  expect(storableText("\ud83d!\ude00 😀")).toBe("\ufffd!\ufffd 😀");
});

it("an operation goes to edits and back (seed 1)", () => {
  const random = randomFrom(1);
  for (let round = 0; round < 3_000; round++) {
    const text = randomText(random);
    const { operation, after } = randomOperation(text, random);
    const edits = editsFromOperation(text, operation);
    expect(applyEdits(text, edits)).toBe(after);
    expect(apply(text, operationFromEdits(text, edits))).toBe(after);
    expect(apply(text, operationFromEdits(text, edits.toReversed()))).toBe(after);
  }
});

/** A batch of edits at any units, pairs or not, that do not overlap. */
function randomEdits(text: string, random: () => number): Utf16Edit[] {
  const edits: Utf16Edit[] = [];
  let from = 0;
  while (from <= text.length && edits.length < 6) {
    const offset = from + Math.floor(random() * 4);
    if (offset > text.length) break;
    const length = Math.min(text.length - offset, Math.floor(random() * 4));
    edits.push({ offset, length, text: ["", "x", "😀", "\n", "\ud83d", "\ude00"][Math.floor(random() * 6)] ?? "" });
    from = offset + length + 1;
  }
  return edits;
}

it("any batch of edits becomes one operation, and boundaries inside a pair widen to it (seed 2)", () => {
  const random = randomFrom(2);
  for (let round = 0; round < 5_000; round++) {
    const text = random() < 0.5 ? randomText(random) : "😀a😀😀b👩‍👩‍👧";
    const edits = randomEdits(text, random);
    const after = apply(text, operationFromEdits(text, edits));
    // Halves of pairs that an edit leaves alone become U+FFFD, each in its place; which half met which is not compared.
    const simple = (value: string): string => value.toWellFormed().replaceAll("\ufffd", "");
    const expected = applyEdits(text, edits);
    if (expected.isWellFormed() && edits.every((edit) => edit.text.isWellFormed()))
      expect(simple(after)).toBe(expected);
    expect(after.isWellFormed()).toBe(true);
  }
});

it("two edits that meet within one pair are widened to it once", () => {
  const text = "a😀b";
  const edits = [
    { offset: 1, length: 1, text: "x" },
    { offset: 2, length: 1, text: "y" },
  ];
  expect(apply(text, operationFromEdits(text, edits))).toBe("axyb");
  expect(apply(text, operationFromEdits(text, [{ offset: 2, length: 0, text: "x" }]))).toBe("a\ufffdx\ufffdb");
  expect(apply(text, operationFromEdits(text, [{ offset: 0, length: 2, text: "" }]))).toBe("\ufffdb");
});
