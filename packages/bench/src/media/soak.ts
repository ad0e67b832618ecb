import { setTimeout as delay } from "node:timers/promises";
import { endSession } from "@greenroom/shared/api/session-routes.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import type { Browser } from "playwright-core";
import { call } from "../../../../apps/web/e2e/support/api.ts";
import type { Row } from "../bench.ts";
import { row } from "../documents/measure.ts";
import { type Held, MediaInside } from "./inside.ts";
import type { MediaGround, SignedInPeer } from "./media-ground.ts";
import type { MinimalPeer } from "./minimal-peer.ts";
import { launchBrowserWithDevices, openOwnPage } from "./pages/open.ts";
import { joinWithoutBrowser } from "./without-browser.ts";

/** Rooms that people come into and leave at the same time, beside the one that has Chromium's in it. */
const roomsAtOnce = 2;
const peersInRoom = 4;
/** How often everybody of one room comes and leaves before its session ends and another begins: tokens last ten minutes. */
const roundsOfSession = 10;
/** Looks at what is left while nobody is there: the first is the one that later ones are compared with. */
const looks = 7;
const megabyte = 1_000_000;
const failedInARowAtMost = 30;
const pictureHeight = 180;
const sends = { sendsCamera: true, sendsMicrophone: true };

interface Look extends Held {
  /** Minutes since the soak began. */
  readonly at: number;
  /** In MB. */
  readonly held: number;
  readonly resident: number;
  readonly worker: number;
}

/** What has been tried so far. */
interface Tries {
  joins: number;
  /** Sessions that were given up. */
  failed: number;
}

/** A machine that has too much else to do fails now and then: that is counted, and must leave nothing behind either. */
async function againAndAgain(stop: AbortSignal, tries: Tries, once: () => Promise<void>): Promise<void> {
  for (let failedInARow = 0; !stop.aborted;) {
    try {
      await once();
      failedInARow = 0;
    } catch (error) {
      tries.failed++;
      console.error(`A session was given up: ${error instanceof Error ? error.message : String(error)}`);
      if (++failedInARow === failedInARowAtMost) throw error;
      await delay(1_000);
    }
  }
}

/** Everybody comes; some leave as one should, some by a socket that breaks; the session ends with people in their call. */
async function comeAndLeave(ground: MediaGround, stop: AbortSignal, tries: Tries): Promise<void> {
  const people = await ground.people(peersInRoom);
  const [{ sessionId } = { sessionId: "" }] = people;
  const peers: MinimalPeer[] = [];
  const everybodyLeaves = () => Promise.all(peers.splice(0).map((peer) => peer.close()));
  try {
    for (let round = 1; round <= roundsOfSession && !stop.aborted; round++) {
      for (const person of people) {
        peers.push((await joinWithoutBrowser(ground.socketOf(person))).peer);
        tries.joins++;
      }
      if (round === roundsOfSession) await endSessionOf(ground, sessionId);
      await everybodyLeaves();
    }
  } finally {
    await everybodyLeaves();
    ground.leave(sessionId);
  }
}

async function endSessionOf({ house }: MediaGround, sessionId: string): Promise<void> {
  await call(house.url, endSession, { params: { sessionId }, token: await house.administratorToken() });
}

/** Two of Chromium, who see each other before they leave again: by hanging up, and by closing the page. */
async function comeAndSee(ground: MediaGround, browser: Browser, tries: Tries): Promise<void> {
  const open = (person: SignedInPeer) =>
    openOwnPage(browser, { url: ground.house.url, seat: { ...person, pictureHeight }, sends });
  const people = await ground.people(2);
  try {
    const pages = await Promise.all(people.map(open));
    await Promise.all(pages.map((page) => page.evaluate(() => window.benchPage.join())));
    tries.joins += pages.length;
    await pages[0]?.evaluate(() => window.benchPage.leave());
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()));
    for (const { sessionId } of people) ground.leave(sessionId);
  }
}

async function look(inside: MediaInside, startedAt: number): Promise<Look> {
  const { held, resident } = await inside.memory();
  return {
    at: (Date.now() - startedAt) / 60_000,
    held: held / megabyte,
    resident: resident / megabyte,
    worker: inside.workerResident() / megabyte,
    ...(await inside.held()),
  };
}

async function everybodyLeft(inside: MediaInside): Promise<void> {
  const isEmpty = async () => (await inside.held()).routers === 0;
  await until("every call has ended", isEmpty, { withinMs: 180_000, seen: () => inside.held() });
}

/** What is there while people come and go, every minute. */
async function lookOn(stop: AbortSignal, tell: () => Promise<void>): Promise<void> {
  while (!stop.aborted) {
    // Stopped is over: the loop sees it.
    await delay(60_000, undefined, { signal: stop }).catch(() => undefined);
    if (!stop.aborted) await tell();
  }
}

/** Of the straight line through these, by least squares; in MB a minute. */
function slope(all: readonly Look[], of: "held" | "resident" | "worker"): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [at, value] = [mean(all.map((one) => one.at)), mean(all.map((one) => one[of]))];
  const covariance = mean(all.map((one) => (one.at - at) * (one[of] - value)));
  return covariance / mean(all.map((one) => (one.at - at) ** 2));
}

/** Joins and leaves for so long; from time to time all are gone, and it is looked at what is still there. */
export async function soak(
  ground: MediaGround,
  { minutes, note }: { minutes: number; note: (text: string) => void },
): Promise<Row[]> {
  if (!(minutes > 0)) throw new Error("--soak takes minutes.");
  const browser = await launchBrowserWithDevices();
  // One for all of it: each that opens and closes would leave traces of its own.
  const inside = await MediaInside.create(ground);
  const startedAt = Date.now();
  const all: Look[] = [];
  const tries: Tries = { joins: 0, failed: 0 };
  const lookNow = async (when: string): Promise<Look> => {
    const seen = await look(inside, startedAt);
    note(`${when}, ${JSON.stringify(tries)}: ${JSON.stringify({ ...seen, open: inside.openFiles() }, toTenths)}`);
    return seen;
  };
  try {
    await lookNow("before");
    while (all.length < looks) {
      const stop = AbortSignal.timeout(Math.ceil((minutes * 60_000) / looks));
      const room = () => againAndAgain(stop, tries, () => comeAndLeave(ground, stop, tries));
      const seeing = againAndAgain(stop, tries, () => comeAndSee(ground, browser, tries));
      const lookingOn = lookOn(stop, async () => void (await lookNow("meanwhile")));
      await Promise.all([...Array.from({ length: roomsAtOnce }, room), seeing, lookingOn]);
      await delay(1_000);
      await everybodyLeft(inside);
      all.push(await lookNow("nobody there"));
    }
  } finally {
    await inside.close();
    await browser.close();
  }
  return rowsOf(all, tries);
}

const toTenths = (_key: string, value: unknown): unknown =>
  typeof value === "number" ? Math.round(value * 10) / 10 : value;

function rowsOf(all: readonly Look[], { joins, failed }: Tries): Row[] {
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) throw new Error("Nothing was looked at.");
  const none = { atMost: 0 };
  const left = (id: keyof Held) =>
    row({ id: `left-${id}`, unit: "", ours: Math.max(0, last[id] - (isOfFiles(id) ? first[id] : 0)), target: none });
  const growth = (of: "held" | "resident" | "worker") =>
    row({
      id: `growth-${of}`,
      unit: "MB/min",
      ours: slope(all.slice(1), of),
      others: { "first-MB": first[of], "last-MB": last[of] },
    });
  return [
    row({ id: "joins", unit: "", ours: joins, others: { minutes: last.at, failed } }),
    ...(["routers", "transports", "producers", "consumers", "files", "workerFiles"] as const).map(left),
    ...(["held", "resident", "worker"] as const).map(growth),
  ];
}

const isOfFiles = (id: keyof Held): boolean => id === "files" || id === "workerFiles";
