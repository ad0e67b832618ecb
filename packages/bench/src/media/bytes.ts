import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { until } from "@greenroom/shared/testing/until.ts";
import { type CallPage, enterCaller } from "../../../../apps/web/e2e/support/call-page.ts";
import type { Row } from "../bench.ts";
import { row } from "../documents/measure.ts";
import { writeCameraFile } from "./camera-file.ts";
import type { PartOptions } from "./media.ts";
import type { MediaGround, SignedInPeer } from "./media-ground.ts";
import { launchBrowserWithDevices, openOwnPage } from "./pages/open.ts";
import { videoBytes } from "./pages/pictures.ts";

const senders = 7;
/** Two cores cannot encode seven cameras of 30 pictures a second; the bitrates are the encodings' all the same. */
const camera = { width: 1280, height: 720, perSecond: 3, pictures: 12 };
/** Until senders have found out how much they may send. */
const settleMs = 20_000;
const measureMs = 15_000;

/** Seven who send, each by the product's own client; they watch nobody, because this machine could not. */
async function openSenders(browser: Browser, ground: MediaGround, people: readonly SignedInPeer[]): Promise<Page[]> {
  const pages: Page[] = [];
  for (const person of people) {
    const seat = { ...person, pictureHeight: 0 };
    const sends = { sendsCamera: true, sendsMicrophone: false };
    const page = await openOwnPage(browser, { url: ground.house.url, seat, sends });
    await page.evaluate(() => void window.benchPage.join());
    pages.push(page);
  }
  return pages;
}

/** One in the room's own page, tall enough for all seven to be in sight beside the editor, who only watches. */
async function openViewer(browser: Browser, ground: MediaGround, sessionId: string): Promise<CallPage> {
  const link = await ground.house.invite(sessionId, "interviewer");
  const size = { width: 1280, height: 1200 };
  return (await enterCaller(browser, { link, name: "Ida Interviewer", ...size })).call;
}

async function watchAll(viewer: CallPage): Promise<void> {
  await viewer.join("Join without");
  const playing = async () => (await viewer.received()).pictures.length;
  await until("all seven are seen", async () => (await playing()) === senders, { withinMs: 60_000, seen: playing });
}

interface Compared {
  /** What came of each of the seven, and what those sent who sent it: bytes. */
  readonly received: number;
  readonly top: number;
  /** How many had processor and bandwidth for their highest layer. */
  readonly withTop: number;
}

async function compare(pages: readonly Page[], viewer: Page, ms: number): Promise<Compared> {
  const look = async () => ({
    received: (await viewer.evaluate(videoBytes)).received,
    top: await Promise.all(pages.map(async (page) => (await page.evaluate(videoBytes)).sentInTopLayer)),
  });
  const before = await look();
  await delay(ms);
  const after = await look();
  const grown = after.top.map((bytes, index) => bytes - (before.top[index] ?? 0)).filter((bytes) => bytes > 0);
  if (grown.length === 0) throw new Error("This machine is too busy: of seven, nobody sends the highest layer.");
  const top = grown.reduce((sum, bytes) => sum + bytes, 0) / grown.length;
  return { received: (after.received - before.received) / senders, top, withTop: grown.length };
}

/** What comes to one of eight who has the others in the strip beside the editor, in bytes of video by WebRTC's own count. */
export async function measureBytes(ground: MediaGround, { quick }: PartOptions): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-camera-"));
  const file = join(folder, "camera.y4m");
  writeCameraFile(file, camera);
  const browser = await launchBrowserWithDevices(file);
  try {
    const people = await ground.people(senders);
    const [{ sessionId } = { sessionId: "" }] = people;
    // First the room with its editor, which is slow to open beside seven cameras on two cores.
    const viewer = await openViewer(browser, ground, sessionId);
    const pages = await openSenders(browser, ground, people);
    await watchAll(viewer);
    await delay(quick ? settleMs / 4 : settleMs);
    const { received, top, withTop } = await compare(pages, viewer.page, measureMs);
    const kilobits = (bytes: number): number => (bytes * 8) / measureMs;
    const others = {
      "kbit/s a picture": kilobits(received),
      "kbit/s a top layer": kilobits(top),
      "of-senders": withTop,
    };
    return [row({ id: "bytes-per-viewer", unit: "of top layers", ours: received / top, others })];
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
