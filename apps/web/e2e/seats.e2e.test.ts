import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { launchBrowser, openPage } from "@greenroom/shared/testing/browser.ts";
import { type House, openHouse, withoutRuns } from "./support/house.ts";
import { RoomPage } from "./support/room-page.ts";
import { openSocket } from "./support/socket.ts";

describe("the seats of a room", () => {
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

  it("7 · of twenty who join in the same instant four get in, and the rest a clear refusal", async () => {
    const sessionId = await house.createSession();
    const link = await house.invite(sessionId, "candidate");
    const interviewer = await openSocket(house.url, sessionId, await house.administratorToken());
    const guests = await Promise.all(Array.from({ length: 20 }, (_, index) => house.redeem(link, `Guest ${index}`)));
    const sockets = await Promise.all(guests.map(({ accessToken }) => openSocket(house.url, sessionId, accessToken)));
    const refused = sockets.filter((socket) => socket.closeCode === closeCodes["room-full"]);
    expect(interviewer.closeCode).toBeUndefined();
    expect(sockets.length - refused.length).toBe(3);

    const { page } = await openPage(browser);
    await page.goto(link);
    await page.getByLabel(/name/i).fill("Too late");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /full/i }).waitFor();
    await page.getByRole("button", { name: /try again/i }).waitFor();
    for (const socket of [interviewer, ...sockets]) socket.close();
  });

  it("7 · a reload and a second tab take no seat", async () => {
    const sessionId = await house.createSession();
    const link = await house.invite(sessionId, "candidate");
    const { context, page } = await openPage(browser);
    await page.goto(link);
    await page.getByLabel(/name/i).fill("Cleo");
    await page.keyboard.press("Enter");
    await new RoomPage(page).ready();
    await page.reload();
    await new RoomPage(page).ready();
    const tab = await context.newPage();
    await tab.goto(page.url());
    await new RoomPage(tab).ready();

    const others = await Promise.all(["B", "C", "D"].map((name) => house.redeem(link, name)));
    const sockets = [];
    for (const { accessToken } of others) sockets.push(await openSocket(house.url, sessionId, accessToken));
    // Four seats: Cleo's, one kept for an interviewer, and two more.
    expect(sockets.map((socket) => socket.closeCode)).toEqual([undefined, undefined, closeCodes["room-full"]]);
    const observer = await house.redeem(await house.invite(sessionId, "observer"), "O");
    const watching = await openSocket(house.url, sessionId, observer.accessToken);
    expect(watching.closeCode).toBeUndefined();
    for (const socket of [...sockets, watching]) socket.close();
  });
});
