import { randomFrom, randomOperation, randomText } from "@greenroom/shared/ot/random-operation.ts";
import { apply, codePointLength } from "@greenroom/shared/ot/text-operation.ts";
import { editsFromOperation } from "@greenroom/shared/ot/utf16.ts";
import { describe, expect, it } from "vitest";
import { carryOffset, carryRange, toLocalPosition, toServerPosition } from "./positions.ts";

describe("carets", () => {
  it("one's own is not moved by text that others insert exactly at it", () => {
    expect(carryRange({ anchor: 3, head: 3 }, [{ offset: 3, length: 0, text: "XX" }])).toEqual({ anchor: 3, head: 3 });
  });

  it("an author's own goes with what they type", () => {
    expect(carryRange({ anchor: 3, head: 3 }, [{ offset: 3, length: 0, text: "XX" }], "push")).toEqual({
      anchor: 5,
      head: 5,
    });
  });

  it("a selection does not grow by what others insert at its ends, in either direction", () => {
    const edits = [
      { offset: 2, length: 0, text: "AA" },
      { offset: 6, length: 0, text: "BB" },
    ];
    expect(carryRange({ anchor: 2, head: 6 }, edits)).toEqual({ anchor: 4, head: 8 });
    expect(carryRange({ anchor: 6, head: 2 }, edits)).toEqual({ anchor: 8, head: 4 });
  });

  it("in deleted text it moves to where that was", () => {
    expect(carryOffset(7, [{ offset: 4, length: 10, text: "" }], "stay")).toBe(4);
  });

  it("a thousand random edits never carry it out of the text", () => {
    for (let seed = 1; seed <= 1000; seed++) {
      const random = randomFrom(seed);
      const text = randomText(random);
      const { operation, after } = randomOperation(text, random);
      const edits = editsFromOperation(text, operation);
      for (const bias of ["stay", "push"] as const) {
        const carried = carryOffset(Math.floor(random() * (text.length + 1)), edits, bias);
        expect(carried, `seed ${seed}`).toBeGreaterThanOrEqual(0);
        expect(carried, `seed ${seed}`).toBeLessThanOrEqual(after.length);
      }
    }
  });

  it("[P2] told in the server's text and carried back stand where they were, beside unsaved text of one's own", () => {
    // "ab|cd" with "XY" typed at 1, not acknowledged: the local text is "aXYb|cd".
    const pending = [[1, "XY"]];
    expect(toServerPosition(4, pending)).toBe(2);
    expect(toLocalPosition(2, pending)).toBe(4);
  });

  it("[P1] told in the server's text are always inside it", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = randomFrom(seed);
      const server = randomText(random);
      const first = randomOperation(server, random).operation;
      const second = randomOperation(apply(server, first), random);
      const local = codePointLength(second.after);
      const told = toServerPosition(Math.floor(random() * (local + 1)), [first, second.operation]);
      expect(told, `seed ${seed}`).toBeGreaterThanOrEqual(0);
      expect(told, `seed ${seed}`).toBeLessThanOrEqual(codePointLength(server));
    }
  });
});
