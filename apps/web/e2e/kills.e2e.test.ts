import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "@greenroom/shared/testing/browser.ts";
import { type House, openHouse, withoutRuns } from "./support/house.ts";
import { typeThroughKills } from "./support/type-through-kills.ts";

describe("a session process that dies", () => {
  let house: House;
  let browser: Browser;

  beforeAll(async () => {
    house = await openHouse({ services: withoutRuns });
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it("5 · SIGKILL under three who type, five times: all converge, and not one character is lost", async () => {
    const result = await typeThroughKills({ house, browser, kills: 5 });
    expect(result).toEqual({ kills: 5, survived: 5, lostCharacters: 0, texts: 1 });
  }, 180_000);
});
