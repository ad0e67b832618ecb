import { describe, expect, it } from "vitest";
import { houseFaults, personFaults } from "./faults.ts";
import { planOf, troublesOf } from "./plan.ts";
import { slice } from "./slice.ts";

it("means the same round by a seed each time", () => {
  const [one, again] = [planOf(7), planOf(7)];
  expect(troublesOf(again)).toEqual(troublesOf(one));
  for (const [number, { random, trouble }] of one.people.entries()) {
    expect(again.people[number]?.random()).toBe(random());
    expect(again.people[number]?.trouble?.afterMs).toBe(trouble?.afterMs);
  }
});

describe("a thousand seeds", () => {
  const plans = Array.from({ length: 1_000 }, (_, index) => planOf(index + 1));

  it("draw every fault, three to eight people, both owners, second tabs and liars", () => {
    const drawn = new Set(plans.flatMap((plan) => troublesOf(plan).map((words) => words.replace(/^\d+ /, ""))));
    for (const { name } of [...houseFaults, ...personFaults]) expect(drawn).toContain(name);
    expect(drawn).toContain("in two tabs");
    expect(drawn).toContain("a liar");
    expect([...new Set(plans.map(({ people }) => people.length))].toSorted()).toEqual([3, 4, 5, 6, 7, 8]);
    expect(new Set(plans.map(({ isSecond }) => isSecond))).toEqual(new Set([true, false]));
  });
});

it("hurts every part of the house in the slice that each change is tried with", () => {
  const drawn = new Set(slice.map(({ seed }) => planOf(seed).trouble.name));
  expect(drawn).toEqual(new Set(houseFaults.map(({ name }) => name)));
});
