import type { Browser, BrowserContext, Page } from "playwright-core";
import { until } from "@greenroom/shared/testing/until.ts";
import { CallPage } from "../../../../apps/web/e2e/support/call-page.ts";
import { percentile, type Row } from "../bench.ts";
import { row } from "../documents/measure.ts";
import { measureKeystrokes } from "../first/keystroke.ts";
import type { PartOptions } from "./media.ts";
import type { MediaGround } from "./media-ground.ts";
import { closePage, launchBrowserWithDevices, openBarePage } from "./pages/open.ts";

/** The lobby's smallest picture, 320×180, as somebody has chosen it before. */
async function prepare(context: BrowserContext): Promise<void> {
  await waitLonger(context);
  await context.addInitScript(() => localStorage.setItem("greenroom.call", JSON.stringify({ picture: "low" })));
}

/** Two pages with their editors open slowly on a busy machine, and that is not what is measured. */
async function waitLonger(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) page.setDefaultTimeout(60_000);
}

/** Both send, and each sees the other beside the editor. */
async function callEachOther(pages: readonly Page[]): Promise<void> {
  for (const page of pages) await new CallPage(page).join("Join with camera");
  for (const page of pages) {
    const widths = () =>
      page.evaluate(() => [...document.querySelectorAll<HTMLVideoElement>(".tiles video")].map((v) => v.videoWidth));
    const isSeen = async () => (await widths()).filter((width) => width > 0).length === 2;
    await until("both are seen", isSeen, { withinMs: 30_000, seen: widths });
  }
}

/** As the smallest picture is sent by ours. */
const sends = { sendsCamera: true, sendsMicrophone: true, picture: { height: 180, frameRate: 12 } };

/** The same keystroke while two further pages, which have nothing else in them, call each other over a bare mediasoup. */
async function besideBareCall(ground: MediaGround, browser: Browser): Promise<number[]> {
  const bare = { url: ground.bare.url, socketUrl: ground.bare.socketUrl("keystroke"), sends };
  const pages = [await openBarePage(browser, bare), await openBarePage(browser, bare)];
  await Promise.all(pages.map((page) => page.evaluate(() => window.benchPage.join())));
  const times = await measureKeystrokes(ground.house, browser, { prepare: waitLonger });
  for (const page of pages) await closePage(page);
  return times;
}

/**
 * The first bench's keystroke with a call in the same two pages and without one, in turns; and beside a bare call: what it
 * takes of this machine to encode, decode and show so much, whoever does it.
 */
export async function measureKeystroke(ground: MediaGround, { quick }: PartOptions): Promise<Row[]> {
  const browser = await launchBrowserWithDevices();
  try {
    const times = { with: [] as number[], without: [] as number[], bare: [] as number[] };
    for (let round = 0; round < (quick ? 1 : 2); round++) {
      times.without.push(...(await measureKeystrokes(ground.house, browser, { prepare: waitLonger })));
      const meanwhile = { prepare, inRoom: callEachOther };
      times.with.push(...(await measureKeystrokes(ground.house, browser, meanwhile)));
      times.bare.push(...(await besideBareCall(ground, browser)));
    }
    const of = (which: keyof typeof times, p: number): number => percentile(times[which], p);
    return [
      row({
        id: "keystroke-with-video",
        unit: "of without",
        ours: of("with", 95) / of("without", 95),
        others: {
          "beside-bare-call": of("bare", 95) / of("without", 95),
          "p95-with-ms": of("with", 95),
          "p95-without-ms": of("without", 95),
          "p50-with-ms": of("with", 50),
          "p50-without-ms": of("without", 50),
        },
      }),
    ];
  } finally {
    await browser.close();
  }
}
