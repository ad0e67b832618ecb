import { randomFrom, randomOperation, randomText } from "@greenroom/shared/ot/random-operation.ts";
import { apply, codePointLength, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { validateOperation } from "@greenroom/shared/ot/validate-operation.ts";
import { describe, expect, it } from "vitest";
import { splitOperation } from "./split-operation.ts";
import { diffOperation, mergeOperation } from "./text-diff.ts";

describe("a large operation", () => {
  it("is split into valid pieces that together do the same", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = randomFrom(seed);
      const text = randomText(random);
      const { operation, after } = randomOperation(text, random);
      const inserted = operation.reduce<number>((sum, one) => sum + (typeof one === "string" ? [...one].length : 0), 0);
      const longest = Math.max(codePointLength(text), codePointLength(after));
      let current = text;
      let rest: TextOperation | undefined = operation;
      for (let piece = 0; rest && piece < 200; piece++) {
        const halves: ReturnType<typeof splitOperation> = splitOperation(rest, {
          insertedCharacters: 3,
          components: 2,
        });
        if (halves.first.length > 0) {
          expect(validateOperation(halves.first, codePointLength(current)), `seed ${seed}`).toBeUndefined();
          current = apply(current, halves.first);
          // Or a large paste over a large text would reach the document's bound on its way.
          if (inserted > 3) expect(codePointLength(current), `seed ${seed}`).toBeLessThanOrEqual(longest);
        }
        rest = halves.rest;
      }
      expect(current, `seed ${seed}`).toBe(after);
    }
  });

  it("is left alone when it fits", () => {
    expect(splitOperation([3, "abc"])).toEqual({ first: [3, "abc"], rest: undefined });
  });
});

describe("the difference of two texts", () => {
  it("leads from one to the other, whatever they hold", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = randomFrom(seed);
      const from = randomText(random);
      const to = random() < 0.5 ? randomText(random) : randomOperation(from, random).after;
      const operation = diffOperation(from, to);
      expect(operation.length === 0 ? from : apply(from, operation), `seed ${seed}`).toBe(to);
      const byLines = mergeOperation(from, to);
      expect(byLines.length === 0 ? from : apply(from, byLines), `seed ${seed}, by lines`).toBe(to);
    }
  });

  it("does not cut a pair of surrogates in two", () => {
    expect(diffOperation("a😀b", "a😁b")).toEqual([1, "😁", { d: 1 }]);
  });
});
