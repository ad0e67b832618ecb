import { expect, it } from "vitest";
import { randomFrom, randomOperation, randomText } from "./random-operation.ts";
import { type Bias, transformPosition, transformSelection } from "./selection.ts";
import { codePointLength, compose, type TextOperation } from "./text-operation.ts";

it("text inserted exactly at a caret pushes it or leaves it, as its bias says", () => {
  expect(transformPosition(3, [3, "XX"], "stay")).toBe(3);
  expect(transformPosition(3, [3, "XX"], "push")).toBe(5);
  expect(transformPosition(3, [2, "😀"], "stay")).toBe(4);
  expect(transformPosition(3, [4, "X"], "push")).toBe(3);
});

it("a caret within deleted text ends where the text was", () => {
  for (const bias of ["stay", "push"] as const) {
    expect(transformPosition(5, [2, { d: 4 }], bias)).toBe(2);
    expect(transformPosition(9, [2, { d: 4 }], bias)).toBe(5);
    expect(transformSelection({ anchor: 9, head: 3 }, [2, { d: 4 }], bias)).toEqual({ anchor: 5, head: 2 });
  }
});

/** Whether the caret touches text that the operation deletes; there one composed operation cannot tell what came first. */
function touchesDeletion(position: number, operation: TextOperation): boolean {
  let at = 0;
  for (const component of operation) {
    if (typeof component === "number") at += component;
    else if (typeof component === "object") {
      if (position >= at && position <= at + component.d) return true;
      at += component.d;
    }
  }
  return false;
}

it.each<Bias>(["stay", "push"])(
  "a caret carried over both at once is where it is one after the other (%s, seed 1)",
  (bias) => {
    const random = randomFrom(1);
    let looked = 0;
    for (let round = 0; round < 3_000; round++) {
      const text = randomText(random);
      const first = randomOperation(text, random);
      const second = randomOperation(first.after, random);
      const both = compose(first.operation, second.operation);
      const position = Math.floor(random() * (codePointLength(text) + 1));
      const middle = transformPosition(position, first.operation, bias);
      // What the first inserts and the second deletes leaves no trace in both at once, so there is nothing to compare.
      if (touchesDeletion(position, both) || touchesDeletion(middle, second.operation)) continue;
      looked += 1;
      expect(transformPosition(position, both, bias)).toBe(transformPosition(middle, second.operation, bias));
    }
    expect(looked).toBeGreaterThan(1_000);
  },
);

it("a caret never leaves the text (seed 2)", () => {
  const random = randomFrom(2);
  for (let round = 0; round < 3_000; round++) {
    const text = randomText(random);
    const { operation, after } = randomOperation(text, random);
    const position = Math.floor(random() * (codePointLength(text) + 1));
    for (const bias of ["stay", "push"] as const) {
      const moved = transformPosition(position, operation, bias);
      expect(moved).toBeGreaterThanOrEqual(0);
      expect(moved).toBeLessThanOrEqual(codePointLength(after));
    }
  }
});
