import { expect, it } from "vitest";
import { WarmPlan } from "./warm-plan.ts";

const minute = 60_000;

it("keeps more of what was lacking, and one less for every minute in which it was not", () => {
  const plan = new WarmPlan({ usual: 1, budget: 100 });
  plan.add("python");
  expect(plan.wanted(0).get("python")).toBe(1);
  expect(plan.isLacking("python", 0)).toBe(false);
  for (let lack = 0; lack < 3; lack++) plan.took("python", true, 10 * minute);
  expect(plan.wanted(10 * minute).get("python")).toBe(4);
  expect(plan.isLacking("python", 10 * minute)).toBe(true);
  expect(plan.wanted(11.5 * minute).get("python")).toBe(3);
  expect(plan.wanted(13 * minute).get("python")).toBe(1);
});

it("keeps no more than four beyond the usual number, however much was lacking", () => {
  const plan = new WarmPlan({ usual: 1, budget: 100 });
  plan.add("python");
  for (let lack = 0; lack < 50; lack++) plan.took("python", true, minute);
  expect(plan.wanted(minute).get("python")).toBe(5);
});

it("gives the budget to the families that were taken most recently", () => {
  const plan = new WarmPlan({ usual: 1, budget: 2 });
  for (const family of ["python", "node", "java"] as const) plan.add(family);
  plan.took("java", false, 2 * minute);
  plan.took("node", false, minute);
  expect([...plan.wanted(2 * minute)]).toEqual([
    ["java", 1],
    ["node", 1],
    ["python", 0],
  ]);
  plan.took("python", true, 3 * minute);
  expect([...plan.wanted(3 * minute)].slice(0, 2)).toEqual([
    ["python", 2],
    ["java", 0],
  ]);
});

it("keeps nothing warm where that is the setting", () => {
  const plan = new WarmPlan({ usual: 0, budget: 8 });
  plan.add("python");
  plan.took("python", true, minute);
  expect(plan.wanted(minute).get("python")).toBe(0);
});
