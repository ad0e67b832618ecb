import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { endSession } from "@greenroom/shared/api/session-routes.ts";
import { browserArguments, browserPath, launchBrowser } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { call } from "./support/api.ts";
import { type House, openHouse, withoutRuns } from "./support/house.ts";
import { enterRoom, RoomPage } from "./support/room-page.ts";
import { openSocket } from "./support/socket.ts";

/** What is typed and not acknowledged outlives its page, whatever ends it. [J1–J9] */
describe("text that could not be saved yet", () => {
  let house: House;
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  /** What one of them has set holds until it says otherwise. */
  const sessions = new WeakMap<Page, CDPSession>();

  beforeAll(async () => {
    house = await openHouse({ services: withoutRuns });
    browser = await launchBrowser();
  }, 120_000);

  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  async function enter(name: string) {
    const sessionId = await house.createSession();
    const link = await house.invite(sessionId, "candidate");
    const entered = await enterRoom(browser, { link, name });
    contexts.push(entered.context);
    await entered.room.replaceAll("start\n");
    await entered.room.saved();
    await entered.room.press("ControlOrMeta+End");
    return { ...entered, sessionId, url: entered.page.url() };
  }

  /** The page alone loses its network, and knows it; others of the same browser keep theirs. */
  async function cut(page: Page): Promise<void> {
    await setOffline(page, true);
    await untilStatus(new RoomPage(page), /^Reconnecting/);
  }

  async function setOffline(page: Page, isOffline: boolean): Promise<void> {
    const devtools = sessions.get(page) ?? (await page.context().newCDPSession(page));
    sessions.set(page, devtools);
    const conditions = { offline: isOffline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await devtools.send("Network.emulateNetworkConditions", conditions);
  }

  async function untilStatus(room: RoomPage, pattern: RegExp): Promise<void> {
    await until(`the status line says ${pattern}`, async () => pattern.test(await room.connectionText()), {
      withinMs: 15_000,
      seen: () => room.connectionText(),
    });
  }

  async function reopen(context: BrowserContext, url: string): Promise<RoomPage> {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(url);
    return new RoomPage(page);
  }

  async function untilSaved(sessionId: string, text: string): Promise<void> {
    let seen: string | undefined;
    await until(
      "the database has the text",
      async () => {
        seen = await house.savedText(sessionId);
        return seen === text;
      },
      { withinMs: 10_000, seen: () => seen },
    );
  }

  async function removeFrom(sessionId: string, name: string): Promise<void> {
    const { accessToken } = await house.redeem(await house.invite(sessionId, "interviewer"), "Ivy");
    const socket = await openSocket(house.url, sessionId, accessToken);
    const { participants } = await socket.frame("welcome");
    const participantId = participants.find((one) => one.name === name)?.participantId ?? "";
    socket.send({ type: "participant.remove", participantId });
    await socket.frame("participants", (frame) => !frame.participants.some((one) => one.name === name));
    socket.close();
  }

  const left = (page: Page): Promise<number> =>
    page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const opening = indexedDB.open("greenroom.journal");
          opening.addEventListener("error", () => reject(opening.error));
          opening.addEventListener("success", () => {
            const counting = opening.result.transaction("entries").objectStore("entries").count();
            counting.addEventListener("success", () => {
              opening.result.close();
              resolve(counting.result);
            });
          });
        }),
    );

  it.each(["closed", "crashed"] as const)(
    "[J1] [J4] is sent once by the next visit when its tab was %s without a word",
    async (how) => {
      const { context, page, room, sessionId, url } = await enter(`Cleo ${how}`);
      await cut(page);
      await room.type("typed without a network 😀");
      await untilStatus(room, /changes kept on this device$/);
      if (how === "closed") await page.close({ runBeforeUnload: false });
      else {
        const crashed = new Promise((resolve) => page.once("crash", resolve));
        await page.goto("chrome://crash").catch(() => {});
        await crashed;
      }
      const again = await reopen(context, url);
      await again.ready();
      await untilSaved(sessionId, "start\ntyped without a network 😀");
      await again.untilText("the text", (text) => text === "start\ntyped without a network 😀");
      await until("nothing is left on the device", async () => (await left(again.page)) === 0);
    },
    60_000,
  );

  it("[J1] survives SIGKILL of the whole browser", async () => {
    const sessionId = await house.createSession();
    const link = await house.invite(sessionId, "candidate");
    const folder = mkdtempSync(join(tmpdir(), "greenroom-profile-"));
    const open = () =>
      chromium.launchPersistentContext(folder, { executablePath: browserPath, args: browserArguments });
    try {
      const context = await open();
      const page = await context.newPage();
      await page.goto(link);
      await page.getByLabel("Your name").fill("Kim");
      await page.keyboard.press("Enter");
      const room = new RoomPage(page);
      await room.ready();
      const url = page.url();
      await room.press("ControlOrMeta+Home");
      await cut(page);
      await room.type("# kept\n");
      await untilStatus(room, /changes kept on this device$/);
      // Chromium writes cookies down only now and then.
      const cookies = await context.cookies();
      process.kill(browserProcess(folder), "SIGKILL");
      await context.close().catch(() => {});
      rmSync(join(folder, "SingletonLock"), { force: true });
      const later = await open();
      await later.addCookies(cookies);
      const again = await reopen(later, url);
      await again.ready();
      const text = await until("the text is saved", async () => {
        const saved = await house.savedText(sessionId);
        return saved?.includes("# kept") ? saved : undefined;
      });
      expect(text.split("# kept\n")).toHaveLength(2);
      await later.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 90_000);

  it("[J3] is its own tab's while that lives, and two tabs' texts are both adopted when they are gone", async () => {
    const { context, page, room, sessionId, url } = await enter("Dora");
    await cut(page);
    await room.type("first ");
    await untilStatus(room, /changes kept on this device$/);
    // As "Duplicate tab" does: the same address, and a copy of the tab's session storage.
    const opening = context.waitForEvent("page");
    await page.evaluate((address) => void window.open(address), url);
    const second = new RoomPage(await opening);
    await second.ready();
    expect(await second.text()).toBe("start\n");
    expect(await left(second.page)).toBe(1);
    await second.press("ControlOrMeta+Home");
    await cut(second.page);
    await second.type("second ");
    await untilStatus(second, /changes kept on this device$/);
    expect(await left(second.page)).toBe(2);

    await page.close({ runBeforeUnload: false });
    await second.page.close({ runBeforeUnload: false });
    const third = await reopen(context, url);
    await third.ready();
    await untilSaved(sessionId, "second start\nfirst ");
    await third.untilText("both texts", (text) => text === "second start\nfirst ");
  }, 60_000);

  it("[J7] is shown to be copied, and kept until it is deleted, when the session ended meanwhile", async () => {
    const { context, page, room, sessionId, url } = await enter("Eve");
    await cut(page);
    await room.type("too late");
    await untilStatus(room, /changes kept on this device$/);
    await page.close({ runBeforeUnload: false });
    const token = await house.administratorToken();
    expect((await call(house.url, endSession, { params: { sessionId }, token })).status).toBe(200);

    const again = await reopen(context, url);
    const dialog = again.page.getByRole("dialog", { name: "Not everything you typed was saved" });
    await dialog.waitFor();
    expect(await dialog.getByRole("region", { name: "The text as you had it" }).textContent()).toBe("start\ntoo late");
    expect(await dialog.locator("mark").allTextContents()).toEqual(["too late"]);
    await dialog.getByRole("button", { name: "Copy the text" }).click();
    await dialog.getByRole("button", { name: "Copied" }).waitFor();
    expect(await again.page.evaluate(() => navigator.clipboard.readText())).toBe("start\ntoo late");
    await dialog.getByRole("button", { name: "Close, and keep it" }).click();
    await again.page.getByRole("button", { name: "Show it" }).waitFor();

    await again.page.reload();
    await dialog.getByRole("button", { name: "Delete it from this device" }).click();
    await dialog.waitFor({ state: "hidden" });
    await until("nothing is left on the device", async () => (await left(again.page)) === 0);
    await again.page.reload();
    await untilStatus(again, /read-only/);
    await until("it is looked for", async () => (await again.page.getByRole("main").count()) > 0);
    expect(await dialog.count()).toBe(0);
    await untilSaved(sessionId, "start\n");
  }, 60_000);

  it("[J7] is shown on the page that says one was removed", async () => {
    const { page, room, sessionId } = await enter("Fay");
    await cut(page);
    await room.type("unseen");
    await untilStatus(room, /changes kept on this device$/);
    await removeFrom(sessionId, "Fay");
    await setOffline(page, false);
    await page.getByRole("heading", { level: 1, name: /removed/ }).waitFor();
    expect(await page.locator("mark").allTextContents()).toEqual(["unseen"]);
    await page.getByRole("button", { name: "Delete it from this device" }).click();
    await until("nothing is left on the device", async () => (await left(page)) === 0);
  }, 60_000);

  /** Into a new session by a page that somebody has prepared. */
  async function enterPrepared(name: string, prepare: (page: Page) => Promise<void>) {
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    contexts.push(context);
    const page = await context.newPage();
    await prepare(page);
    const sessionId = await house.createSession();
    await page.goto(await house.invite(sessionId, "candidate"));
    await page.getByLabel("Your name").fill(name);
    await page.keyboard.press("Enter");
    const room = new RoomPage(page);
    await room.ready();
    await room.replaceAll("start\n");
    await room.saved();
    await room.press("ControlOrMeta+End");
    return { page, room, sessionId };
  }

  it("[J9] is said not to be kept on a full device, typing goes on, and leaving is asked about", async () => {
    const { page, room, sessionId } = await enterPrepared("Gil", async (blank) => {
      const devtools = await blank.context().newCDPSession(blank);
      await devtools.send("Storage.overrideQuotaForOrigin", { origin: new URL(house.url).origin, quotaSize: 1 });
    });
    await cut(page);
    await room.type("on and on");
    await untilStatus(room, /9 changes NOT kept: this device has no room for it/);
    await page.getByRole("complementary", { name: "Notices" }).getByText("Do not close this page.").waitFor();
    const asked = new Promise((resolve) => {
      page.once("dialog", (dialog) => {
        resolve(dialog.type());
        void dialog.dismiss();
      });
    });
    await page.close({ runBeforeUnload: true });
    expect(await asked).toBe("beforeunload");
    await setOffline(page, false);
    await room.saved();
    await untilSaved(sessionId, "start\non and on");
  }, 60_000);

  it("[J9] is typed and saved as ever where the browser stores nothing, and that is said", async () => {
    // What browsers do where site data is blocked.
    const { room, sessionId } = await enterPrepared("Hal", async (blank) => {
      await blank.addInitScript(() => {
        Object.defineProperty(window, "indexedDB", {
          get: () => {
            throw new DOMException("The user denied permission to access the database.", "SecurityError");
          },
        });
      });
    });
    await room.type("as ever");
    await untilSaved(sessionId, "start\nas ever");
    await untilStatus(room, /all changes saved · this device keeps no copy/);
  }, 60_000);
});

/** Of the browser that was started with this profile: the one of its processes that is no child of another. */
function browserProcess(folder: string): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const mine = pids.filter((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return command.includes(`--user-data-dir=${folder}`) && !command.includes("--type=");
    } catch {
      return false; // it is gone
    }
  });
  if (mine.length !== 1) throw new Error(`There are ${mine.length} browsers with the profile ${folder}.`);
  return Number(mine[0]);
}
