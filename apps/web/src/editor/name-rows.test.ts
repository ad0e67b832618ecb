import { expect, it } from "vitest";
import { nameRows } from "./name-rows.ts";

const at = (line: number, left: number, width = 40) => ({ line, left, width });

it("a name stands right above its caret, on the first line right below", () => {
  expect(nameRows([at(5, 0), at(1, 0)])).toEqual([-1, 1]);
});

it("names of carets at one place, or too near on one line, stand above each other; the first stays where it is", () => {
  expect(nameRows([at(5, 80), at(5, 80), at(5, 110)])).toEqual([-1, -2, -3]);
  expect(nameRows([at(5, 80), at(5, 120)])).toEqual([-1, -1]);
});

it("a name that was moved up does not meet one of the line above", () => {
  expect(nameRows([at(5, 80), at(4, 80), at(5, 80)])).toEqual([-1, -1, -3]);
});

it("where there is nothing above, names stand below", () => {
  expect(nameRows([at(1, 0), at(1, 0), at(2, 0), at(2, 0)])).toEqual([1, 2, -1, 2]);
});

it("with more people at one place than there are rows, each name still is near its caret", () => {
  expect(nameRows(Array.from({ length: 8 }, () => at(9, 0)))).toEqual([-1, -2, -3, 1, 2, 3, -1, -1]);
});
