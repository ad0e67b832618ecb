import fc from "fast-check";
import { expect, it } from "vitest";
import { randomFrom, randomOperation } from "./random-operation.ts";
import { Rope } from "./rope.ts";
import { apply, codePointLength, compose, transform } from "./text-operation.ts";
import {
  isOperationFor,
  maxComponents,
  maxDocumentCharacters,
  maxInsertedCharacters,
  validateOperation,
} from "./validate-operation.ts";

const text = "a😀c";

it.each<[unknown, string]>([
  ["x", "not-an-operation"],
  [null, "not-an-operation"],
  [{}, "not-an-operation"],
  [[], "not-an-operation"],
  [[true], "not-an-operation"],
  [[null], "not-an-operation"],
  [[["x"]], "not-an-operation"],
  [[0], "not-an-operation"],
  [[-1, "x"], "not-an-operation"],
  [[0.5, "x"], "not-an-operation"],
  [[Number.NaN], "not-an-operation"],
  [[Number.POSITIVE_INFINITY, "x"], "not-an-operation"],
  [[2 ** 60, "x"], "not-an-operation"],
  [[""], "not-an-operation"],
  [[{}], "not-an-operation"],
  [[{ d: 0 }], "not-an-operation"],
  [[{ d: 1.5 }], "not-an-operation"],
  [[{ d: "zzz" }], "not-an-operation"],
  [[{ d: 1, i: "x" }], "not-an-operation"],
  [[1], "not-an-operation"],
  [["x", 1], "not-an-operation"],
  [[1, 1, "x"], "not-an-operation"],
  [[{ d: 3e8 }], "beyond-the-text"],
  [[{ d: 1e15 }], "beyond-the-text"],
  [[3e8, "x"], "beyond-the-text"],
  [["x", 3e8], "beyond-the-text"],
  [[2, { d: 2 }], "beyond-the-text"],
  [["\ud83d"], "ill-formed-text"],
  [["\ude00\ud83d"], "ill-formed-text"],
  [["a\0"], "forbidden-character"],
  [["a\r\n"], "forbidden-character"],
  [["x".repeat(maxInsertedCharacters + 1)], "insert-too-large"],
  [Array.from({ length: maxComponents + 1 }, () => "x"), "too-many-components"],
])("refuses %j", (candidate, problem) => {
  const started = performance.now();
  expect(validateOperation(candidate, 3)).toBe(problem);
  expect(performance.now() - started).toBeLessThan(100);
});

it("bounds the document, but lets one that is too large shrink", () => {
  expect(validateOperation(["x"], maxDocumentCharacters)).toBe("document-too-large");
  expect(validateOperation(["x", { d: 1 }], maxDocumentCharacters)).toBeUndefined();
  expect(validateOperation([{ d: 1 }], maxDocumentCharacters + 5)).toBeUndefined();
});

it("never lets anything through that makes a later step throw", () => {
  const component = fc.oneof(
    fc.integer({ min: -1, max: 4 }),
    fc.string({ unit: "binary", maxLength: 3 }),
    fc.constantFrom("\ud800", "😀", "\r", "\0", "x"),
    fc.record({ d: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.string({ maxLength: 2 })) }),
    fc.double(),
    fc.boolean(),
  );
  const random = randomFrom(9);
  let passed = 0;
  const property = fc.property(fc.array(component, { maxLength: 6 }), (candidate: unknown) => {
    if (!isOperationFor(candidate, codePointLength(text))) return;
    passed += 1;
    const other = randomOperation(text, random).operation;
    const after = apply(text, candidate);
    expect(after.isWellFormed()).toBe(true);
    expect(apply(after, transform(other, candidate, "left"))).toBe(
      apply(apply(text, other), transform(candidate, other, "right")),
    );
    expect(apply(text, compose(candidate, Rope.of(text).inverseOf(candidate)))).toBe(text);
  });
  fc.assert(property, { numRuns: 20_000, seed: 1 });
  expect(passed).toBeGreaterThan(500);
});
