import { afterAll, beforeAll, expect, it } from "vitest";
import { Ground } from "./ground.ts";
import { playRound } from "./round.ts";

/** A slice of the suite; `npm run test:faults` plays a thousand. */
const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

let ground: Ground;
beforeAll(async () => {
  ground = await Ground.create();
}, 120_000);
afterAll(() => ground?.close());

it.each(seeds)(
  "loses nothing that is typed and nothing that is acknowledged, whatever goes wrong: round %i",
  async (seed) => {
    const { wrong, typed } = await playRound(ground, seed);
    expect(wrong).toEqual([]);
    expect(typed).toBeGreaterThan(50);
  },
);
