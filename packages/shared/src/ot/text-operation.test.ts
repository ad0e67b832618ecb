import { expect, it } from "vitest";
import { randomFrom, randomOperation, randomText } from "./random-operation.ts";
import { Rope } from "./rope.ts";
import {
  apply,
  codePointLength,
  compose,
  isEmpty,
  lengthChange,
  normalize,
  type Side,
  type TextOperation,
  transform,
} from "./text-operation.ts";
import { validateOperation } from "./validate-operation.ts";

const rounds = 3_000;

/** Two operations made for one text by the same source of chance. */
function fork(random: () => number): { text: string; one: TextOperation; two: TextOperation } {
  const text = randomText(random);
  return { text, one: randomOperation(text, random).operation, two: randomOperation(text, random).operation };
}

/** Whether both ways around the diamond lead to one text. */
function meets({ text, one, two }: ReturnType<typeof fork>, sides: [Side, Side]): boolean {
  const left = apply(apply(text, one), transform(two, one, sides[1]));
  const right = apply(apply(text, two), transform(one, two, sides[0]));
  return left === right;
}

it("apply leads to the text that was worked out without it (seed 1)", () => {
  const random = randomFrom(1);
  for (let round = 0; round < rounds; round++) {
    const text = randomText(random);
    const { operation, after } = randomOperation(text, random);
    expect(apply(text, operation)).toBe(after);
    expect(codePointLength(after)).toBe([...after].length);
    expect(lengthChange(operation)).toBe([...after].length - [...text].length);
  }
});

it("two operations transformed over each other lead to one text (seed 2)", () => {
  const random = randomFrom(2);
  for (let round = 0; round < rounds; round++) {
    const forked = fork(random);
    expect(meets(forked, ["left", "right"]), JSON.stringify(forked)).toBe(true);
    expect(meets(forked, ["right", "left"]), JSON.stringify(forked)).toBe(true);
  }
});

it("the same with a wrong side does not: the test above can fail (seed 2)", () => {
  const random = randomFrom(2);
  const outcomes = Array.from({ length: rounds }, () => meets(fork(random), ["right", "right"]));
  expect(outcomes).toContain(false);
});

it("a later operation stands right of an earlier one at the same place", () => {
  expect(transform(["later"], ["first"], "right")).toEqual([5, "later"]);
  expect(transform(["first"], ["later"], "left")).toEqual(["first"]);
});

it("composed operations do what both do one after the other (seed 3)", () => {
  const random = randomFrom(3);
  for (let round = 0; round < rounds; round++) {
    const text = randomText(random);
    const first = randomOperation(text, random);
    const second = randomOperation(first.after, random);
    expect(apply(text, compose(first.operation, second.operation))).toBe(second.after);
  }
});

it("an inverted operation undoes it, also over what came after (seed 4)", () => {
  const random = randomFrom(4);
  for (let round = 0; round < rounds; round++) {
    const { text, one, two } = fork(random);
    const undo = Rope.of(text).inverseOf(one);
    expect(apply(apply(text, one), undo)).toBe(text);
    // Undone after another's operation: what is left is the other's alone.
    const others = transform(two, one, "right");
    const both = apply(apply(text, one), others);
    const undone = apply(both, transform(undo, others, "left"));
    expect(undone.isWellFormed()).toBe(true);
    expect(apply(apply(text, one), compose(undo, transform(others, undo, "right")))).toBe(undone);
  }
});

it("every operation that the rest makes is one the validator passes (seed 5)", () => {
  const random = randomFrom(5);
  for (let round = 0; round < rounds; round++) {
    const { text, one, two } = fork(random);
    const after = apply(text, one);
    const made: [TextOperation, string][] = [
      [one, text],
      [transform(two, one, "right"), after],
      [compose(one, transform(two, one, "left")), text],
      [Rope.of(text).inverseOf(one), after],
    ];
    for (const [operation, base] of made) {
      const problem = validateOperation(operation, codePointLength(base));
      if (!isEmpty(operation)) expect(problem, JSON.stringify(operation)).toBeUndefined();
    }
  }
});

it("no function changes its arguments", () => {
  const freeze = (operation: TextOperation): TextOperation =>
    Object.freeze(operation.map((component) => (typeof component === "object" ? Object.freeze(component) : component)));
  const split = freeze([{ d: 1 }, { d: 2 }, 1, 2, "a", "b", 3]);
  expect(normalize(split)).toEqual([{ d: 3 }, 3, "ab"]);
  const one = freeze([1, { d: 2 }, "x"]);
  const two = freeze([{ d: 3 }, "y"]);
  transform(one, two, "left");
  compose(one, freeze([1, { d: 1 }]));
  Rope.of("abcdef").inverseOf(one);
  expect(apply("abcdef", one)).toBe("axdef");
  expect(Rope.of("abcdef").apply(one).toString()).toBe("axdef");
});
