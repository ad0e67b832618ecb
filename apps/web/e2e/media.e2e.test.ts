import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeDevices, launchBrowser } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { axeFindings } from "./support/axe.ts";
import { CallPage, type CallerOptions, enterCaller } from "./support/call-page.ts";
import { type House, openHouse, withoutRuns } from "./support/house.ts";

type Caller = Awaited<ReturnType<typeof enterCaller>>;

describe("a call of four", () => {
  let house: House;
  let browser: Browser;
  let sessionId: string;
  let ada: Caller;
  let ben: Caller;
  let cleo: Caller;
  let dan: Caller;

  const enter = async (
    name: string,
    role: "interviewer" | "candidate" | "observer",
    options: Partial<CallerOptions> = {},
  ): Promise<Caller> => {
    const link = await house.invite(sessionId, role);
    return await enterCaller(browser, { link, name, width: 1000, height: 640, ...options });
  };

  beforeAll(async () => {
    house = await openHouse({ services: [...withoutRuns, "media"] });
    browser = await launchBrowser(fakeDevices);
    sessionId = await house.createSession();
    ada = await enter("Ada", "interviewer");
    ben = await enter("Ben", "interviewer", { picture: "standard" });
    cleo = await enter("Cleo", "candidate");
    dan = await enter("Dan", "candidate");
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it("[V9] the lobby shows camera, microphone and path, and has no accessibility faults", async () => {
    // First of all: Chromium opens its camera once, as large as whoever asks first would have it.
    await ben.call.openLobby();
    await ben.call.lobby.getByText("over UDP, the best way there is").waitFor();
    await ben.call.lobby.getByLabel("Your own camera").waitFor();
    const meter = ben.call.lobby.getByRole("meter", { name: "Level of your microphone" });
    await until("the microphone is heard", () => meter.evaluate((element: HTMLMeterElement) => element.value > 0));
    await ben.page.emulateMedia({ reducedMotion: "reduce" });
    expect(await axeFindings(ben.page)).toEqual([]);
  });

  it("[V5] each sees and hears the three others, the one who comes late included", async () => {
    for (const { call } of [ada, ben, cleo]) await call.join("Join with camera");
    for (const { call } of [ada, ben, cleo]) await call.untilReceived(2);
    await dan.call.join("Join with camera");
    for (const { call } of [dan, ada, ben, cleo]) {
      const { pictures } = await call.untilReceived(3);
      // In the strip everybody is small: of a camera with two layers comes the lower one.
      expect(pictures.map(({ width }) => width)).toEqual([320, 320, 320]);
    }
    await ada.page.getByText("Dan joined the call.").waitFor({ state: "attached" });
    expect(await axeFindings(ada.page)).toEqual([]);
  });

  it("pictures beside the editor move, and no video slows down how often the page is drawn", async () => {
    const { call, page } = ada;
    const before = await call.painted();
    expect(before).toHaveLength(4);
    const seen = before.map(() => false);
    await until(
      "all four have moved",
      async () => (await call.painted()).every((now, place) => (seen[place] ||= now !== before[place])),
      { seen: () => seen },
    );
    const excess = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLCanvasElement>(".tile canvas")].map(
          ({ width, clientWidth }) => width - clientWidth * devicePixelRatio,
        ),
      );
    await until("none is larger than it is shown", async () => (await excess()).every((more) => more < 2), {
      seen: excess,
    });
    expect(await page.locator("video").count()).toBe(0);
  });

  it("[V6] a picture that is shown large comes large", async () => {
    await ada.page.setViewportSize({ width: 1900, height: 640 });
    await ada.call.control("Grid").click();
    const largest = async () => Math.max(...(await ada.call.received()).pictures.map(({ width }) => width));
    await until("Ben's upper layer comes", async () => (await largest()) === 640, { seen: largest });
    await ada.call.control("Grid").click();
    await until("his lower layer comes again", async () => (await largest()) === 320, { seen: largest });
    await ada.page.setViewportSize({ width: 1000, height: 640 });
  });

  it("mute and camera off arrive, and going back on does", async () => {
    await cleo.call.control("Microphone").click();
    await ada.call.tile("Cleo").filter({ hasText: "muted" }).waitFor();
    await cleo.call.control("Camera").click();
    await ada.call.tile("Cleo").filter({ hasText: "camera off" }).waitFor();
    await ada.call.dock.getByLabel("Camera of Cleo").waitFor({ state: "detached" });
    // Held outside of the editor, the space bar is push to talk.
    await cleo.page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await cleo.page.keyboard.down("Space");
    await ada.call.tile("Cleo").filter({ hasText: "muted" }).waitFor({ state: "detached" });
    await cleo.page.keyboard.up("Space");
    await ada.call.tile("Cleo").filter({ hasText: "muted" }).waitFor();
    await cleo.call.control("Camera").click();
    await cleo.call.control("Microphone").click();
    await ada.call.tile("Cleo").filter({ hasText: "muted" }).waitFor({ state: "detached" });
    await ada.call.dock.getByLabel("Camera of Cleo").waitFor();
    await ada.call.untilReceived(3);
  });

  it("a camera that is unplugged is told with a way on, and comes back", async () => {
    const camera = await cleo.call.ownCamera();
    await camera.evaluate((track) => {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    });
    await cleo.call.dock.getByText("The camera was unplugged.").waitFor();
    await ada.call.tile("Cleo").filter({ hasText: "camera off" }).waitFor();
    await cleo.call.control("Try again").click();
    await ada.call.dock.getByLabel("Camera of Cleo").waitFor();
  });

  it("[V8] an interviewer mutes somebody, who is told by whom", async () => {
    await ada.call.tile("Dan").getByRole("button", { name: "What can be done about Dan" }).click();
    await ada.page.getByRole("button", { name: "Mute Dan" }).click();
    await dan.page.getByText("Ada muted you.").first().waitFor({ state: "attached" });
    expect(await dan.call.control("Microphone").getAttribute("aria-pressed")).toBe("false");
    expect(await dan.call.tile("Cleo").getByRole("button").count()).toBe(0);
    await dan.call.control("Microphone").click();
    await ada.call.tile("Dan").filter({ hasText: "muted" }).waitFor({ state: "detached" });
  });

  it("a screen takes the stage by itself, and the stage can be left", async () => {
    await cleo.call.control("Share the screen").click();
    const stage = ada.page.getByRole("region", { name: "Screen of Cleo" });
    await stage.getByLabel("Screen of Cleo").waitFor();
    const pictures = async () => (await ada.call.received()).pictures;
    await until("four pictures come", async () => (await pictures()).length === 4, { seen: pictures });
    await stage.getByRole("button", { name: "Leave the stage" }).click();
    await stage.waitFor({ state: "detached" });
    await ada.call.control("Screen of Cleo").click();
    await stage.waitFor();
    await cleo.call.control("Share the screen").click();
    await stage.waitFor({ state: "detached" });
  });

  it("who hangs up is gone for the others at once", async () => {
    await dan.call.control("Hang up").click();
    await ada.page.getByText("Dan left the call.").waitFor({ state: "attached" });
    await ada.call.tile("Dan").waitFor({ state: "detached" });
  });

  it("[V7] a media service that is killed is back by itself, and everybody with it", async () => {
    const everybody = [ada, ben, cleo].map(({ call }) => call);
    const before = await Promise.all(everybody.map((call) => call.received()));
    const killedAt = performance.now();
    house.stack.kill("media", "SIGKILL");
    await Promise.all(everybody.map((call, index) => call.untilReceived(2, { withinMs: 30_000, anew: before[index] })));
    const healed = ((performance.now() - killedAt) / 1000).toFixed(1);
    process.stdout.write(`media service killed → the others' pictures at all three: ${healed} s\n`);
  });

  it("[V2] one tab has the call, and the other can take it", async () => {
    const page = await cleo.context.newPage();
    await page.goto(cleo.page.url());
    const second = new CallPage(page);
    await second.join("With microphone only");
    await cleo.call.dock.getByText("You are in this call in another tab").waitFor();
    await cleo.call.control("Take it here").click();
    await second.dock.getByText("You are in this call in another tab").waitFor();
    await cleo.call.untilReceived(2);
    await page.close();
  });

  it("[V4] an observer sees and hears everybody, and has nothing to send with", async () => {
    const eve = await enter("Eve", "observer");
    await eve.call.join("Join and watch");
    await eve.call.untilReceived(3);
    expect(await eve.call.control(/microphone|camera|screen/i).count()).toBe(0);
    await eve.context.close();
  });

  it("says what to do where the browser withholds the devices, and lets one in without", async () => {
    await dan.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
    });
    await dan.call.openLobby();
    await dan.call.lobby.getByText("The browser does not let this page use the microphone and camera.").waitFor();
    await dan.page.keyboard.press("Escape");
    await dan.page.evaluate(() => {
      Object.defineProperty(window, "isSecureContext", { value: false });
      Object.defineProperty(navigator, "mediaDevices", { value: undefined });
    });
    await dan.call.openLobby();
    await dan.call.lobby.getByText("Open this page by its https:// address.").waitFor();
    expect(await dan.call.lobby.getByLabel("Camera").count()).toBe(0);
    await dan.call.join("Join and watch");
    await dan.call.untilReceived(2);
    await ada.call.tile("Dan").filter({ hasText: "muted, camera off" }).waitFor();
  });
});
