import { afterAll, beforeAll, expect, it } from "vitest";
import { Ground } from "./ground.ts";
import { playRound } from "./round.ts";
import { slice } from "./slice.ts";

let ground: Ground;
beforeAll(async () => {
  ground = await Ground.create();
}, 120_000);
afterAll(() => ground?.close());

it.each(slice)(
  "loses nothing that is typed and nothing that is acknowledged when $why (seed $seed)",
  async ({ seed }) => {
    const { wrong, typed } = await playRound(ground, seed);
    expect(wrong).toEqual([]);
    expect(typed).toBeGreaterThan(50);
  },
);
