import { expect, it } from "vitest";
import { nextPressure, noPressure, type Pressure, type PressureSample } from "./pressure.ts";

const heldUp: PressureSample = { heldUp: 0.5, isLimited: false };
const limited: PressureSample = { heldUp: 0, isLimited: true };
const calm: PressureSample = { heldUp: 0, isLimited: false };

const after = (sample: PressureSample, times: number, from: Pressure = noPressure): Pressure =>
  Array.from({ length: times }).reduce<Pressure>((pressure) => nextPressure(pressure, sample), from);

it("a page that is held up loses pictures step by step, never at once", () => {
  expect([1, 2, 4, 6].map((times) => after(heldUp, times).level)).toEqual([0, 1, 2, 3]);
  expect(after(heldUp, 50).level).toBe(3);
});

it("a short processor makes pictures small, and takes none away", () => {
  expect(after(limited, 50).level).toBe(2);
});

it("what was given up comes back after a while of calm, step by step, and a single moment is none", () => {
  const full = after(heldUp, 6);
  expect(after(calm, 4, full).level).toBe(3);
  expect([5, 10, 15].map((times) => after(calm, times, full).level)).toEqual([2, 1, 0]);
  expect(nextPressure(after(calm, 4, full), heldUp).level).toBe(3);
});

it("pressure that is only the processor's neither raises nor lowers what a held-up page has given up", () => {
  expect(after(limited, 50, after(heldUp, 6)).level).toBe(3);
});
