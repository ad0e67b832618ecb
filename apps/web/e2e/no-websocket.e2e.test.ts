import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "@greenroom/shared/testing/browser.ts";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { type House, openHouse, withoutRuns } from "./support/house.ts";
import { enterRoom, RoomPage } from "./support/room-page.ts";
import { typeThroughKills } from "./support/type-through-kills.ts";
import { UpgradeProxy } from "./support/upgrade-proxy.ts";

const overHttp = "Connected (no WebSocket) · all changes saved";
const overWebSocket = "Connected · all changes saved";

describe("behind a proxy that lets no WebSocket through", () => {
  let house: House;
  let browser: Browser;
  let proxy: UpgradeProxy;

  beforeAll(async () => {
    house = await openHouse({ services: withoutRuns });
    proxy = await UpgradeProxy.create({ port: await freePort(), before: house.url });
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await house?.close();
  });

  async function untilStatus(room: RoomPage, text: string): Promise<void> {
    await until(`the status line says "${text}"`, async () => (await room.connectionText()) === text, {
      withinMs: 20_000,
      seen: () => room.connectionText(),
    });
  }

  it("[T12] people type into one text, one of them over HTTP, through kills of the gateway, and nothing is lost", async () => {
    proxy.upgrades = 426;
    const linkFor = (link: string, typist: number) => (typist === 1 ? proxy.through(link) : link);
    const result = await typeThroughKills({ house, browser, kills: 2, victim: "gateway", linkFor });
    expect(result).toEqual({ kills: 2, survived: 2, lostCharacters: 0, texts: 1 });
    const pages = browser.contexts().flatMap((context) => context.pages());
    for (const page of pages)
      await untilStatus(new RoomPage(page), page.url().startsWith(proxy.origin) ? overHttp : overWebSocket);
    expect(pages.filter((page) => page.url().startsWith(proxy.origin))).toHaveLength(1);
    for (const context of browser.contexts()) await context.close();
  }, 120_000);

  it("[T12] HTTP is taken whether a WebSocket is refused, cut or held, kept for the tab, and left again later", async () => {
    // Each in a session of their own: a seat stays taken for a while.
    const invited = async () => proxy.through(await house.invite(await house.createSession(), "candidate"));
    for (const upgrades of [400, "cut", "held"] as const) {
      proxy.upgrades = upgrades;
      const { context, room } = await enterRoom(browser, { link: await invited(), name: `Behind ${upgrades}` });
      await untilStatus(room, overHttp);
      await context.close();
    }
    const { page, room } = await enterRoom(browser, { link: await invited(), name: "Behind one that is mended" });
    await untilStatus(room, overHttp);
    await room.type("# typed over HTTP\n");
    await room.saved();
    proxy.upgrades = "passed";
    const { asked } = proxy;
    await page.reload();
    await untilStatus(room, overHttp);
    expect(proxy.asked).toBe(asked);
    // As if it had been some minutes.
    await page.evaluate(() => sessionStorage.setItem("greenroom.no-websocket-since", String(Date.now() - 600_000)));
    proxy.cutAll();
    await untilStatus(room, overWebSocket);
    await room.untilText("what was typed over HTTP", (text) => text.includes("# typed over HTTP"));
  }, 120_000);

  it("[T12] a server that starts again makes nobody give up WebSockets", async () => {
    const sessionId = await house.createSession();
    const { room } = await enterRoom(browser, { link: await house.invite(sessionId, "candidate"), name: "Cleo" });
    for (let kill = 0; kill < 2; kill++) {
      house.stack.kill("gateway", "SIGKILL");
      await house.stack.restarted("gateway");
      await untilStatus(room, overWebSocket);
    }
  }, 120_000);
});
