import type { Browser, BrowserContext, Page } from "playwright-core";
import { openPage } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import type { House } from "../../../../apps/web/e2e/support/house.ts";
import { RoomPage } from "../../../../apps/web/e2e/support/room-page.ts";

/** Eight keys a second is a quick typist. */
const keyEveryMs = 125;
const keys = 120;
const warmUpKeys = 20;

/** Where the pages of a measurement write their times down, in milliseconds since the epoch. */
declare global {
  interface Window {
    benchTimes: number[];
  }
}

/** Notes when each key goes down. */
export async function watchKeys(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.benchTimes = [];
    const note = (): number => window.benchTimes.push(performance.timeOrigin + performance.now());
    document.addEventListener("keydown", note, { capture: true });
  });
}

/** Notes when the marked line, as it is drawn, has grown by each further character. */
export async function watchLine(page: Page, selector: string, marker: string): Promise<void> {
  await page.evaluate(
    ([lines, start]) => {
      window.benchTimes = [];
      const look = (): void => {
        const line = [...document.querySelectorAll(lines)].find(({ textContent }) => textContent?.startsWith(start));
        const length = (line?.textContent?.length ?? 0) - start.length;
        while (window.benchTimes.length < length) window.benchTimes.push(performance.timeOrigin + performance.now());
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
    },
    [selector, marker] as const,
  );
}

/** Types in one page and resolves to how long each key took to be drawn in the other, in milliseconds. */
export async function typeAndCompare(typist: Page, reader: Page): Promise<number[]> {
  for (let key = 0; key < keys; key++) await typist.keyboard.type("x", { delay: keyEveryMs });
  await until("every key arrived", async () => (await reader.evaluate(() => window.benchTimes.length)) >= keys);
  const pressed = await typist.evaluate(() => window.benchTimes);
  const drawn = await reader.evaluate(() => window.benchTimes);
  return pressed
    .slice(warmUpKeys, keys)
    .map((at, index) => (drawn[warmUpKeys + index] ?? Number.POSITIVE_INFINITY) - at);
}

/** What else goes on in the two pages. */
export interface Meanwhile {
  /** Before a page is opened. */
  readonly prepare?: (context: BrowserContext) => Promise<void>;
  /** Once both are in the room. */
  readonly inRoom?: (pages: readonly Page[]) => Promise<void>;
}

/** Browser to browser on one machine: key down in one page → drawn in the other's editor, committed in between. */
export async function measureKeystrokes(
  house: House,
  browser: Browser,
  { prepare, inRoom }: Meanwhile = {},
): Promise<number[]> {
  const sessionId = await house.createSession();
  const pages: Page[] = [];
  for (const role of ["interviewer", "candidate"] as const) {
    const { context, page } = await openPage(browser);
    await prepare?.(context);
    await page.goto(await house.invite(sessionId, role));
    await page.getByLabel(/name/i).fill(role);
    await page.keyboard.press("Enter");
    await new RoomPage(page).ready();
    pages.push(page);
  }
  const [typist, reader] = pages as [Page, Page]; // two roles, two pages
  await inRoom?.(pages);
  const room = new RoomPage(typist);
  await room.replaceAll("#:");
  await new RoomPage(reader).untilText("the line to type on", (text) => text === "#:");
  await watchLine(reader, ".monaco-editor .view-line", "#:");
  await room.focus();
  await watchKeys(typist);
  const times = await typeAndCompare(typist, reader);
  for (const page of pages) await page.context().close();
  return times;
}
