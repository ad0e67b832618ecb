import type { BrowserContext, Page } from "playwright-core";
import { until } from "@greenroom/shared/testing/until.ts";
import { CallPage } from "../../../../apps/web/e2e/support/call-page.ts";
import { percentile, type Row } from "../bench.ts";
import { row } from "../documents/measure.ts";
import { measureKeystrokes } from "../first/keystroke.ts";
import type { PartOptions } from "./media.ts";
import type { MediaGround } from "./media-ground.ts";
import { launchBrowserWithDevices } from "./pages/open.ts";

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

/** The first bench's keystroke with a call in the same two pages and without one, in turns. */
export async function measureKeystroke(ground: MediaGround, { quick }: PartOptions): Promise<Row[]> {
  const browser = await launchBrowserWithDevices();
  try {
    const times = { with: [] as number[], without: [] as number[] };
    for (let round = 0; round < (quick ? 1 : 2); round++) {
      times.without.push(...(await measureKeystrokes(ground.house, browser, { prepare: waitLonger })));
      const meanwhile = { prepare, inRoom: callEachOther };
      times.with.push(...(await measureKeystrokes(ground.house, browser, meanwhile)));
    }
    const of = (which: "with" | "without", p: number): number => percentile(times[which], p);
    return [
      row({
        id: "keystroke-with-video",
        unit: "of without",
        ours: of("with", 95) / of("without", 95),
        others: {
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
