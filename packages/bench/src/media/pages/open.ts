import type { Browser, BrowserContext, Page } from "playwright-core";
import { fakeDevices, launchBrowser } from "@greenroom/shared/testing/browser.ts";
import { bundle, type PageName } from "./bundle.ts";
import type { BenchPage, OwnPageSeat } from "./page-api.ts";

/** A Chromium with a microphone and a camera that are not there. @param cameraFile what it shows, Y4M; else Chromium's own */
export async function launchBrowserWithDevices(cameraFile?: string): Promise<Browser> {
  const camera = cameraFile === undefined ? [] : [`--use-file-for-fake-video-capture=${cameraFile}`];
  return await launchBrowser([...fakeDevices, ...camera]);
}

type Sends = Parameters<BenchPage["prepare"]>[0];

const address = "/bench-media";
const built = new Map<PageName, Promise<string>>();

function scriptOf(name: PageName): Promise<string> {
  const script = built.get(name) ?? bundle(name);
  built.set(name, script);
  return script;
}

/** One of the bench's pages on its server's origin; no part of what the server itself serves. */
async function openBenchPage(context: BrowserContext, of: { url: string; name: PageName }): Promise<Page> {
  const body = `<!doctype html><title>bench</title><body><script>${await scriptOf(of.name)}</script>`;
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(`In the page: ${error.message}`));
  await page.route(`**${address}`, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body }));
  await page.goto(new URL(address, of.url).href);
  await page.waitForFunction(() => "benchPage" in window);
  return page;
}

// A page that Playwright serves is of no network, and Chromium asks before such a one talks to this machine.
const permissions = ["camera", "microphone", "local-network-access"];

async function openContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ permissions, serviceWorkers: "block" });
  context.setDefaultTimeout(20_000);
  return context;
}

/** A person's page at a bare room, with its devices on. */
export async function openBarePage(
  browser: Browser,
  of: { url: string; socketUrl: string; sends: Sends },
): Promise<Page> {
  const context = await openContext(browser);
  await context.addInitScript((url) => void (window.bareSocketUrl = url), of.socketUrl);
  const page = await openBenchPage(context, { url: of.url, name: "bare-page" });
  await page.evaluate((sends) => window.benchPage.prepare(sends), of.sends);
  return page;
}

/** The bare room's person in a page that has something else in it, too, and whose policy is not looked at. */
export async function addBareCaller(page: Page, of: { socketUrl: string; sends: Sends }): Promise<void> {
  await page.evaluate((url) => void (window.bareSocketUrl = url), of.socketUrl);
  await page.evaluate(await scriptOf("bare-page"));
  await page.evaluate((sends) => window.benchPage.prepare(sends), of.sends);
}

/** A person's page with the product's own call in it, with its devices on and its path tried. */
export async function openOwnPage(
  browser: Browser,
  of: { url: string; seat: OwnPageSeat; sends: Sends },
): Promise<Page> {
  const context = await openContext(browser);
  await context.addInitScript((seat) => void (window.ownSeat = seat), of.seat);
  const page = await openBenchPage(context, { url: of.url, name: "own-page" });
  await page.evaluate((sends) => window.benchPage.prepare(sends), of.sends);
  return page;
}

export const closePage = (page: Page): Promise<void> => page.context().close();
