import { setTimeout } from "node:timers/promises";
import type { BrowserContext, Page } from "playwright-core";
import { CallPage } from "../../../../apps/web/e2e/support/call-page.ts";
import { percentile, type Row } from "../bench.ts";
import { row } from "../documents/measure.ts";
import { TypistAndReader } from "../first/keystroke.ts";
import { countStolen, type Played, playCalmly } from "../stolen.ts";
import type { PartOptions } from "./media.ts";
import type { MediaGround } from "./media-ground.ts";
import { addBareCaller, launchBrowserWithDevices } from "./pages/open.ts";

/** Until browsers have found out how much their way takes, and compiled what a call runs: a call lasts an hour. */
const settleMs = 8_000;

/** The lobby's smallest picture, 320×180, as somebody has chosen it before. */
async function prepare(context: BrowserContext): Promise<void> {
  // Two pages with their editors open slowly on a busy machine, and that is not what is measured.
  for (const page of context.pages()) page.setDefaultTimeout(60_000);
  await context.addInitScript(() => localStorage.setItem("greenroom.call", JSON.stringify({ picture: "low" })));
}

/** Both send, and each sees the other and itself beside the editor. */
async function callEachOther(pages: readonly Page[]): Promise<void> {
  for (const page of pages) await new CallPage(page).join("Join with camera");
  for (const page of pages) {
    const { pictures } = new CallPage(page);
    await pictures.nth(1).waitFor({ timeout: 30_000 });
  }
}

async function hangUp(pages: readonly Page[]): Promise<void> {
  for (const page of pages) await new CallPage(page).control("Hang up").click();
}

/** As the smallest picture is sent and shown by ours. */
const sends = {
  sendsCamera: true,
  sendsMicrophone: true,
  showsOwn: true,
  picture: { height: 180, frameRate: 12 },
};

/** Where ours has its pictures; the bare call's are last in the page, where nobody would see them. */
const besideEditor = `
  body > video { position: fixed; top: 10%; right: 8px; z-index: 1; width: 200px; height: 112px !important }
  body > video + video { top: 30% }`;

/** The least that calls over a bare mediasoup, in the same pages, in the place of our call. */
async function callBare(ground: MediaGround, pages: readonly Page[]): Promise<void> {
  for (const page of pages) await addBareCaller(page, { socketUrl: ground.bare.socketUrl("keystroke"), sends });
  await Promise.all(pages.map((page) => page.evaluate(() => window.benchPage.join())));
}

const situations = ["without", "with", "bare"] as const;
type Times = Record<(typeof situations)[number], Played<number[]>[]>;

/**
 * Keystrokes in the same two pages, in turns: with a call in them; without one; and with a bare call in the place of ours,
 * which is what it takes of this machine and its browser to encode, send, decode, play and show so much beside an editor.
 */
export async function measureKeystroke(ground: MediaGround, { quick }: PartOptions): Promise<Row[]> {
  const browser = await launchBrowserWithDevices();
  try {
    const both = await TypistAndReader.enter(ground.house, browser, { prepare, ignoresCsp: true });
    for (const page of both.pages) await page.addStyleTag({ content: besideEditor });
    const played: Times = { without: [], with: [], bare: [] };
    const type = () => playCalmly(quick ? 1 : 3, () => countStolen(() => both.type()));
    await both.type(); // everything is opened and compiled
    for (let round = 0; round < (quick ? 1 : 4); round++) {
      played.without.push(await type());
      await callEachOther(both.pages);
      await setTimeout(settleMs);
      played.with.push(await type());
      await hangUp(both.pages);
      await callBare(ground, both.pages);
      await setTimeout(settleMs);
      played.bare.push(await type());
      for (const page of both.pages) await page.evaluate(() => window.benchPage.leave());
    }
    return [rowOf(played)];
  } finally {
    await browser.close();
  }
}

function rowOf(played: Readonly<Times>): Row {
  const at = (which: keyof Times, p: number): number =>
    percentile(
      played[which].flatMap(({ of }) => of),
      p,
    );
  const inMs = situations.flatMap((which) => [50, 95].map((p) => [`p${p}-${which}-ms`, at(which, p)] as const));
  const stolen = Object.values(played).flatMap((rounds) => rounds.map((round) => round.stolen));
  return row({
    id: "keystroke-with-video",
    unit: "of without",
    ours: at("with", 95) / at("without", 95),
    others: {
      "bare mediasoup": at("bare", 95) / at("without", 95),
      ...Object.fromEntries(inMs),
      "stolen-%-at-most": Math.max(...stolen) * 100,
    },
  });
}
