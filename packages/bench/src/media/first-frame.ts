import type { Browser, Page } from "playwright-core";
import { percentile, type Row } from "../bench.ts";
import { row } from "../documents/measure.ts";
import type { PartOptions } from "./media.ts";
import type { MediaGround, SignedInPeer } from "./media-ground.ts";
import { closePage, launchBrowserWithDevices, openBarePage, openOwnPage } from "./pages/open.ts";

/** As large as somebody is shown who is alone with one. */
const pictureHeight = 360;
const rounds = 4;
const joinsARound = 5;
const sends = { sendsCamera: true, sendsMicrophone: true };

/** One more page joins, sees, and is closed again; milliseconds. */
async function joinOnce(open: () => Promise<Page>): Promise<number> {
  const page = await open();
  const taken = await page.evaluate(() => window.benchPage.join());
  await closePage(page);
  return taken;
}

/** So many joins, one after the other, of a room with one in it who sends. The first is for the caches. */
async function joins(
  open: { sender: () => Promise<Page>; joiner: () => Promise<Page> },
  count: number,
): Promise<number[]> {
  const sender = await open.sender();
  await sender.evaluate(() => void window.benchPage.join()); // who is alone waits for a picture in vain
  const times: number[] = [];
  for (let join = 0; join <= count; join++) times.push(await joinOnce(open.joiner));
  await closePage(sender);
  return times.slice(1);
}

async function measure(
  browser: Browser,
  ground: MediaGround,
  quick: boolean,
): Promise<Record<"ours" | "bare", number[]>> {
  const { house, bare } = ground;
  const [sender, joiner] = await ground.people(2);
  if (!sender || !joiner) throw new Error("Nobody came.");
  const own = (person: SignedInPeer) => () =>
    openOwnPage(browser, { url: house.url, seat: { ...person, pictureHeight }, sends });
  const openBare = () => openBarePage(browser, { url: bare.url, socketUrl: bare.socketUrl("first-frame"), sends });
  const times: Record<"ours" | "bare", number[]> = { ours: [], bare: [] };
  // In turns: the machine's speed wanders.
  for (let round = 0; round < (quick ? 1 : rounds); round++) {
    times.ours.push(...(await joins({ sender: own(sender), joiner: own(joiner) }, joinsARound)));
    times.bare.push(...(await joins({ sender: openBare, joiner: openBare }, joinsARound)));
  }
  return times;
}

/**
 * From a join to the first picture of another's camera on the screen, in a page that is opened anew each time, its devices
 * on and its path tried as after the lobby. Both pages send a camera of 720p in three layers.
 */
export async function measureFirstFrame(ground: MediaGround, { quick }: PartOptions): Promise<Row[]> {
  const browser = await launchBrowserWithDevices();
  try {
    const { ours, bare } = await measure(browser, ground, quick);
    const seconds = (values: readonly number[], p: number): number => percentile(values, p) / 1000;
    return [50, 95].map((p) =>
      row({
        id: `first-frame-p${p}`,
        unit: "s",
        ours: seconds(ours, p),
        others: { bare: seconds(bare, p), "of-bare": seconds(ours, p) / seconds(bare, p) },
      }),
    );
  } finally {
    await browser.close();
  }
}
