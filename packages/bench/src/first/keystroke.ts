import type { Browser, BrowserContext, Page } from "playwright-core";
import { openPage } from "@greenroom/shared/testing/browser.ts";
import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import type { House } from "../../../../apps/web/e2e/support/house.ts";
import { RoomPage } from "../../../../apps/web/e2e/support/room-page.ts";

/** Eight keys a second is a quick typist; never in step with the pictures that a screen or a camera has in a second. */
const keyEveryMs = { from: 85, to: 165 };
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

/** What was noted before is not wanted. */
async function forgetTimes(page: Page): Promise<void> {
  await page.evaluate(() => void (window.benchTimes = []));
}

/** Types in one page and resolves to how long each key took to be drawn in the other, in milliseconds. */
export async function typeAndCompare(typist: Page, reader: Page): Promise<number[]> {
  const { from, to } = keyEveryMs;
  const random = randomFrom(1);
  for (let key = 0; key < keys; key++) await typist.keyboard.type("x", { delay: from + random() * (to - from) });
  await until("every key arrived", async () => (await reader.evaluate(() => window.benchTimes.length)) >= keys);
  const pressed = await typist.evaluate(() => window.benchTimes);
  const drawn = await reader.evaluate(() => window.benchTimes);
  return pressed
    .slice(warmUpKeys, keys)
    .map((at, index) => (drawn[warmUpKeys + index] ?? Number.POSITIVE_INFINITY) - at);
}

/** Two people in a room, in a browser each: one types, the other reads. */
export class TypistAndReader {
  readonly #typist: Page;
  readonly #reader: Page;

  private constructor(typist: Page, reader: Page) {
    this.#typist = typist;
    this.#reader = reader;
  }

  /** @param options.prepare before a page is opened */
  static async enter(
    house: House,
    browser: Browser,
    {
      prepare,
      ignoresCsp = false,
    }: { prepare?: (context: BrowserContext) => Promise<void>; ignoresCsp?: boolean } = {},
  ): Promise<TypistAndReader> {
    const sessionId = await house.createSession();
    const enter = async (role: "interviewer" | "candidate"): Promise<Page> => {
      const { context, page } = await openPage(browser, { ignoresCsp });
      await prepare?.(context);
      await page.goto(await house.invite(sessionId, role));
      await page.getByLabel(/name/i).fill(role);
      await page.keyboard.press("Enter");
      await new RoomPage(page).ready();
      return page;
    };
    const both = new TypistAndReader(await enter("interviewer"), await enter("candidate"));
    await watchLine(both.#reader, ".monaco-editor .view-line", "#:");
    await watchKeys(both.#typist);
    return both;
  }

  get pages(): readonly [typist: Page, reader: Page] {
    return [this.#typist, this.#reader];
  }

  /** Key down in one page → drawn in the other's editor, committed in between, in milliseconds. */
  async type(): Promise<number[]> {
    const room = new RoomPage(this.#typist);
    await room.replaceAll("#:");
    await new RoomPage(this.#reader).untilText("the line to type on", (text) => text === "#:");
    for (const page of this.pages) await forgetTimes(page);
    await room.focus();
    return await typeAndCompare(this.#typist, this.#reader);
  }

  async close(): Promise<void> {
    for (const page of this.pages) await page.context().close();
  }
}

/** Browser to browser on one machine, with nothing else in the room. */
export async function measureKeystrokes(house: House, browser: Browser): Promise<number[]> {
  const both = await TypistAndReader.enter(house, browser);
  const times = await both.type();
  await both.close();
  return times;
}
