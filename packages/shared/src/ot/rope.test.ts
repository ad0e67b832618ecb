import { expect, it } from "vitest";
import { randomFrom, randomOperation, randomText } from "./random-operation.ts";
import { Rope } from "./rope.ts";
import { apply, codePointLength, type TextOperation } from "./text-operation.ts";
import { editsFromOperation, operationFromEdits } from "./utf16.ts";

/** A text in pieces of any size: an operation meets their ends everywhere. */
function inPieces(text: string, random: () => number): Rope {
  const pieces: { text: string; points: number }[] = [];
  const points = [...text];
  for (let at = 0; at < points.length;) {
    const count = 1 + Math.floor(random() * 8);
    const piece = points.slice(at, at + count);
    pieces.push({ text: piece.join(""), points: piece.length });
    at += count;
  }
  return Rope.ofPieces(pieces);
}

/** Says of itself what its text says. */
function expectWhole(rope: Rope, text: string): void {
  expect(rope.toString()).toBe(text);
  expect(rope.length).toBe(codePointLength(text));
  expect(rope.units).toBe(text.length);
}

it("an operation leads to the text that ot-text-unicode makes of it, wherever pieces end (seed 1)", () => {
  const random = randomFrom(1);
  for (let round = 0; round < 5_000; round++) {
    const text = randomText(random);
    const { operation, after } = randomOperation(text, random);
    const rope = inPieces(text, random);
    expectWhole(rope.apply(operation), after);
    expect(apply(text, operation)).toBe(after);
    expectWhole(rope, text);
    expectWhole(rope.apply(operation).apply(rope.inverseOf(operation)), text);
  }
});

it("operation after operation, a long text stays what ot-text-unicode makes of it (seed 2)", () => {
  const random = randomFrom(2);
  let text = "plain\n".repeat(2_000) + "😀 e\u0301 👩‍👩‍👧\n".repeat(1_000);
  let rope = Rope.of(text);
  for (let round = 0; round < 120; round++) {
    const operation = largeOperation(text, random);
    text = apply(text, operation);
    rope = rope.apply(operation);
    expectWhole(rope, text);
  }
});

/** Large and small pieces of text put in and taken out, where the two never meet one end of a piece by chance alone. */
function largeOperation(text: string, random: () => number): TextOperation {
  const length = codePointLength(text);
  const at = Math.floor(random() * length);
  const deleted = Math.min(length - at, Math.floor(random() ** 4 * 9_000));
  const inserted = ["x", "😀", "line\n".repeat(300), "👩‍👩‍👧\n".repeat(2_000)][Math.floor(random() ** 3 * 4)] ?? "x";
  const change = deleted > 0 ? [inserted, { d: deleted }] : [inserted];
  return at > 0 ? [at, ...change] : change;
}

it("typing on at a piece's end makes no piece for each character", () => {
  let rope = Rope.of("x".repeat(4_096));
  for (let typed = 0; typed < 20_000; typed++) rope = rope.apply([rope.length, "é"]);
  expectWhole(rope, "x".repeat(4_096) + "é".repeat(20_000));
  const pieces = rope.walk();
  let count = 0;
  pieces.pass(rope.length, { add: () => count++, addPiece: () => count++ });
  expect(count).toBeLessThan(25);
});

it("offsets and edits are those of the whole text, wherever pieces end (seed 3)", () => {
  const random = randomFrom(3);
  for (let round = 0; round < 2_000; round++) {
    const text = randomText(random);
    const { operation } = randomOperation(text, random);
    const rope = inPieces(text, random);
    const edits = editsFromOperation(text, operation);
    expect(editsFromOperation(rope, operation)).toEqual(edits);
    expect(operationFromEdits(rope, edits)).toEqual(operationFromEdits(text, edits));
    const point = Math.floor(random() * (rope.length + 1));
    const unit = [...text].slice(0, point).join("").length;
    expect(rope.toUtf16(point)).toBe(unit);
    expect(rope.toCodePoints(unit)).toBe(point);
  }
});

it("nothing is taken from beyond a text's end", () => {
  expect(() => Rope.of("abc").apply([4, "x"])).toThrow("beyond a text's end");
  expect(() => Rope.of("abc").apply([{ d: 4 }])).toThrow("beyond a text's end");
});

it("one operation leaves all pieces as they are but those that it changes", () => {
  const rope = Rope.of("x".repeat(1024 * 1024));
  const seen = new Set<object>();
  const look = (one: Rope): object[] => {
    const found: object[] = [];
    one.walk().pass(one.length, { add: () => undefined, addPiece: (piece) => found.push(piece) });
    return found;
  };
  for (const piece of look(rope)) seen.add(piece);
  const changed = look(rope.apply([500_000, "y"])).filter((piece) => !seen.has(piece));
  expect(seen.size).toBeGreaterThan(100);
  expect(changed.length).toBeLessThanOrEqual(2);
});
