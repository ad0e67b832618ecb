import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** Debian's; CHROMIUM_PATH names another. */
export const browserPath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

export const browserArguments = [
  "--no-sandbox", // tests run as root, where Chromium's own sandbox cannot
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A page in the background types and draws as fast as the one in front.
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** A camera that shows a clock and a microphone that beeps; the person allows everything. */
export const fakeDevices = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] as const;

/** A real Chromium without a window. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return await chromium.launch({ executablePath: browserPath, args: [...browserArguments, ...more], headless: true });
}

/** What went wrong inside a page: uncaught errors, console errors (refused by the CSP included). */
export interface PageFaults {
  readonly faults: string[];
}

export interface OpenedPage extends PageFaults {
  readonly context: BrowserContext;
  readonly page: Page;
}

/** A page of a person of their own: no cookies, storage or cache shared with any other. */
export async function openPage(
  browser: Browser,
  options: {
    width?: number;
    height?: number;
    colorScheme?: "light" | "dark";
    /** Lets a measurement put into the page what the page itself forbids. */
    ignoresCsp?: boolean;
  } = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.colorScheme ?? "light",
    permissions: ["clipboard-read", "clipboard-write"],
    serviceWorkers: "block",
    bypassCSP: options.ignoresCsp ?? false,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  return { context, page, faults };
}
