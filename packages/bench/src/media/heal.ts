import { setTimeout as delay } from "node:timers/promises";
import { until } from "@greenroom/shared/testing/until.ts";
import type { Page } from "playwright-core";
import { percentile, type Row } from "../bench.ts";
import { row } from "../documents/measure.ts";
import type { PartOptions } from "./media.ts";
import type { MediaGround } from "./media-ground.ts";
import { launchBrowserWithDevices, openOwnPage } from "./pages/open.ts";

const sends = { sendsCamera: true, sendsMicrophone: true };
const pictureHeight = 180;
/** A call that goes on for a while before the next kill, in milliseconds. */
const betweenMs = 1_500;

const pictures = (page: Page): Promise<number[]> => page.evaluate(() => window.benchPage.firstPictures);

/** Until each has a picture of the other's that they had not before; seconds from the kill to the later of both. */
async function killOnce(ground: MediaGround, pages: readonly Page[]): Promise<{ healed: number; back: number }> {
  const { stack } = ground.house;
  const before = await Promise.all(pages.map(async (page) => (await pictures(page)).length));
  const at = Date.now();
  stack.kill("media", "SIGKILL");
  const restarted = stack.restarted("media").then(() => Date.now());
  const healed = await Promise.all(
    pages.map((page, index) =>
      until("there is video again", async () => (await pictures(page))[before[index] ?? 0], { withinMs: 30_000 }),
    ),
  );
  return { healed: (Math.max(...healed) - at) / 1000, back: ((await restarted) - at) / 1000 };
}

/** The media service dies by SIGKILL under a call of two, is started again, and both join by themselves. */
export async function measureHeal(ground: MediaGround, { quick, note }: PartOptions): Promise<Row[]> {
  const browser = await launchBrowserWithDevices();
  try {
    const pages: Page[] = [];
    for (const person of await ground.people(2)) {
      const seat = { ...person, pictureHeight };
      pages.push(await openOwnPage(browser, { url: ground.house.url, seat, sends }));
    }
    await Promise.all(pages.map((page) => page.evaluate(() => window.benchPage.join())));
    const kills: { healed: number; back: number }[] = [];
    while (kills.length < (quick ? 3 : 12)) {
      await delay(betweenMs);
      const kill = await killOnce(ground, pages);
      note(
        `kill ${kills.length + 1}: video after ${kill.healed.toFixed(2)} s, service after ${kill.back.toFixed(2)} s`,
      );
      kills.push(kill);
    }
    const of = (what: "healed" | "back", p: number): number =>
      percentile(
        kills.map((kill) => kill[what]),
        p,
      );
    const others = { p50: of("healed", 50), kills: kills.length, "service-back-p50": of("back", 50) };
    return [row({ id: "heal-p95", unit: "s", ours: of("healed", 95), others })];
  } finally {
    await browser.close();
  }
}
