import { existsSync } from "node:fs";

import type { Package } from "./apt.ts";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser that the end-to-end tests drive: `CHROMIUM_PATH`, or the system's. */
export function findChromium(): string | undefined {
  return process.env["CHROMIUM_PATH"] ?? places.find((path) => existsSync(path));
}

/** What apt must bring before the end-to-end tests can run. */
export function missingChromiumPackages(): Package[] {
  if (findChromium()) return [];
  return [{ name: "chromium", why: "the real browser of the end-to-end tests" }];
}
