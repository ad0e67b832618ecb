import { createApiKey, keyRunBounds, usualKeyBounds } from "@greenroom/shared/api/key-routes.ts";
import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import { changesOf, draftOf, faultsOf, valuesOf } from "./key-draft.ts";

const named = { ...draftOf(), name: "CI" };

describe("a key while it is written", () => {
  it("begins as what a key usually may do, and lacks a name alone", () => {
    expect(faultsOf(draftOf())).toEqual({ name: "Give it a name." });
    expect(valuesOf(named)).toEqual({ name: "CI", ...usualKeyBounds });
  });

  it.each(["20000", " 20000 ", "20,000", "20.000", "20 000", "20\u202f000", "20'000", "20_000"])(
    "takes “%s” for twenty thousand",
    (text) => {
      const draft = { ...named, runsPerDay: text };
      expect(faultsOf(draft)).toEqual({});
      expect(valuesOf(draft).runsPerDay).toBe(20_000);
    },
  );

  it.each(["", " ", "0", "-1", "1.5", "1,5", "1e3", "0x10", "20,00", "1.500,000", "many", "Infinity", "60001"])(
    "takes “%s” for no number of runs a minute, and says what it may be",
    (text) => {
      expect(faultsOf({ ...named, runsPerMinute: text })).toEqual({
        runsPerMinute: "A whole number from 1 to 60,000.",
      });
    },
  );

  it("lets through what the server takes, up to its bounds", () => {
    for (const bound of ["minimum", "maximum"] as const) {
      const values = {
        name: "CI",
        runsPerMinute: keyRunBounds.runsPerMinute[bound],
        runsPerDay: keyRunBounds.runsPerDay[bound],
        runsAtOnce: keyRunBounds.runsAtOnce[bound],
      };
      expect(faultsOf(draftOf(values))).toEqual({});
      expect(valuesOf(draftOf(values))).toEqual(values);
      expect(Value.Check(createApiKey.body, values)).toBe(true);
    }
  });

  it("sends of a change what is another than before, and nothing else", () => {
    const before = { name: "CI", ...usualKeyBounds };
    expect(changesOf(before, valuesOf(draftOf(before)))).toEqual({});
    expect(changesOf(before, { ...before, name: "Nightly", runsAtOnce: 2 })).toEqual({
      name: "Nightly",
      runsAtOnce: 2,
    });
  });
});
