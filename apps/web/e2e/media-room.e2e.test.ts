import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import {
  askToSend,
  audible,
  breakPainting,
  unplug,
  energyOf,
  hide,
  holdSoundBack,
  keepBusy,
  lookOften,
  peopleFloating,
  recordMedia,
  recordSpeakers,
  recordWords,
  refuseDevices,
  sentOf,
  sleep,
  speakersOf,
  untilSilent,
  untilStill,
  upperLayerOf,
  type Busy,
  type HeldSound,
  type Recorded,
  type SaidWords,
} from "./support/call-conditions.ts";
import { enterCaller } from "./support/call-page.ts";
import { type House, openHouse, withoutRuns } from "./support/house.ts";

type Caller = Awaited<ReturnType<typeof enterCaller>>;

/** More cameras than one: the last, because of the second come depths, which no call shows. */
const moreDevices = ["--use-fake-device-for-media-stream=device-count=3", "--use-fake-ui-for-media-stream"];

describe("what one does in a call", () => {
  let house: House;
  let browser: Browser;
  let sessionId: string;
  let ada: Caller;
  let cleo: Caller;
  let olga: Caller;

  const enter = async (name: string, role: "interviewer" | "candidate" | "observer"): Promise<Caller> => {
    const link = await house.invite(sessionId, role);
    return await enterCaller(browser, {
      link,
      name,
      width: 1300,
      height: 640,
      picture: "standard",
      // Videos are encoded beside it, without a graphics card.
      prepare: async (context) => context.pages().forEach((page) => page.setDefaultTimeout(30_000)),
    });
  };

  beforeAll(async () => {
    house = await openHouse({ services: [...withoutRuns, "media"] });
    browser = await launchBrowser(moreDevices);
    sessionId = await house.createSession();
    ada = await enter("Ada", "interviewer");
    cleo = await enter("Cleo", "candidate");
    olga = await enter("Olga", "observer");
    for (const { call } of [ada, cleo]) await call.join("Join with camera");
    for (const { call } of [ada, cleo]) await call.untilReceived(1);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it("another camera, microphone or speaker is changed to in the call, and the others go on seeing and hearing", async () => {
    const before = await sentOf(cleo.page);
    await cleo.call.control("Devices and path").click();
    const settings = cleo.page.getByRole("dialog", { name: "Devices and path" });
    for (const kind of ["Camera", "Microphone"] as const) {
      const field = settings.getByLabel(kind);
      const other = await field.locator("option").last().getAttribute("value");
      expect(other).not.toBe(await field.inputValue());
      await field.selectOption(other);
      const track = kind === "Camera" ? "video" : "audio";
      await until(`the ${kind} that was chosen is sent`, async () => (await sentOf(cleo.page))[track] === other, {
        seen: () => sentOf(cleo.page),
      });
    }
    expect(Object.keys(before)).toEqual(["audio", "video"]);
    await ada.call.untilReceived(1);
    const heard = await energyOf(ada.call);
    await until("the other microphone is heard", async () => (await energyOf(ada.call)) > heard);
    const speaker = settings.getByLabel("Speaker");
    const other = await speaker.locator("option").last().getAttribute("value");
    await cleo.page.evaluate(recordSpeakers);
    await speaker.selectOption(other);
    await until("sound comes out of the other speaker", async () => (await speakersOf(cleo.page)).at(-1) === other);
    await cleo.page.keyboard.press("Escape");
  });

  it("who is muted is heard for as long as the space bar is held, and writes spaces in the editor as ever", async () => {
    await cleo.call.control("Microphone").click();
    await untilSilent(ada.call);
    await cleo.page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await cleo.page.keyboard.down("Space");
    const before = await energyOf(ada.call);
    await until("who holds the key is heard", async () => (await energyOf(ada.call)) > before + audible);
    await cleo.page.keyboard.up("Space");
    await untilSilent(ada.call);
    await cleo.room.type("a ");
    await cleo.page.keyboard.down("Space");
    await cleo.room.untilText("spaces", (text) => text.includes("a  "));
    expect(await cleo.call.control("Microphone").getAttribute("aria-pressed")).toBe("false");
    await cleo.page.keyboard.up("Space");
    await cleo.call.control("Microphone").click();
    await ada.call.tile("Cleo").filter({ hasText: "muted" }).waitFor({ state: "detached" });
  });

  it("a microphone that is unplugged is replaced by another one; a camera in use elsewhere is told with ways on", async () => {
    const before = await sentOf(cleo.page);
    await cleo.page.evaluate(unplug, "audio" as const);
    await until("another microphone is sent", async () => {
      const { audio } = await sentOf(cleo.page);
      return audio !== undefined && audio !== before["audio"];
    });
    const heard = await energyOf(ada.call);
    await until("it is heard", async () => (await energyOf(ada.call)) > heard + audible);
    await cleo.page.evaluate(refuseDevices, "");

    await cleo.page.evaluate(refuseDevices, "NotReadableError");
    await cleo.call.control("Camera").click();
    await ada.call.dock.getByLabel("Camera of Cleo").waitFor({ state: "detached" });
    await cleo.call.control("Camera").click();
    await cleo.call.dock.getByText("The camera is in use by another program, or does not answer.").waitFor();
    await cleo.call.control("Go on without").click();
    await cleo.call.dock.getByText("The camera is in use").waitFor({ state: "detached" });
    await cleo.call.control("Camera").click();
    await cleo.call.dock.getByText("The camera is in use").waitFor();
    await cleo.page.evaluate(refuseDevices, "");
    await cleo.call.control("Try again").click();
    await ada.call.dock.getByLabel("Camera of Cleo").waitFor();
    await ada.call.untilReceived(1);
  });

  it("what an interviewer turns off is told in the page until it is on again", async () => {
    await ada.call.tile("Cleo").getByRole("button", { name: "What can be done about Cleo" }).click();
    await ada.page.getByRole("button", { name: "Turn their camera off" }).click();
    const told = cleo.call.dock.getByText("Ada turned your camera off.");
    await told.waitFor();
    await ada.call.dock.getByLabel("Camera of Cleo").waitFor({ state: "detached" });
    await cleo.call.control("Camera").click();
    await told.waitFor({ state: "detached" });
    await ada.call.dock.getByLabel("Camera of Cleo").waitFor();
  });

  it("a page that is loaded again is back in the call by itself, muted as it was", async () => {
    await cleo.call.control("Microphone").click();
    await cleo.page.reload();
    await cleo.call.untilReceived(1);
    await ada.call.tile("Cleo").filter({ hasText: "muted" }).waitFor();
    await cleo.call.control("Microphone").click();
    await ada.call.tile("Cleo").filter({ hasText: "muted" }).waitFor({ state: "detached" });
    await ada.call.untilReceived(1);
  });

  it("picture in picture has everybody in a window of its own, whose pictures come though the tab is hidden", async () => {
    const floating = cleo.call.control("Picture in picture");
    await floating.click();
    await until("both people are in that window", async () => (await cleo.page.evaluate(peopleFloating)) === 2);
    await cleo.page.evaluate(hide, true);
    await cleo.call.untilReceived(1, { frames: 40 });
    await floating.click();
    expect(await cleo.page.evaluate(peopleFloating)).toBe(0);
    await untilStill(cleo.call);
    await cleo.page.evaluate(hide, false);
    await cleo.call.untilReceived(1);
  });

  it("pictures that cannot be painted are shown as videos", async () => {
    await cleo.page.evaluate(breakPainting);
    for (let times = 0; times < 2; times++) await cleo.call.control("Camera").click();
    const videos = cleo.call.dock.locator("video");
    const widths = () => videos.evaluateAll((all: HTMLVideoElement[]) => all.map(({ videoWidth }) => videoWidth));
    const areSeen = async () => (await widths()).length === 2 && (await widths()).every((width) => width > 0);
    await until("both are seen", areSeen, { seen: widths });
  });

  it("picture in picture is one person's picture where a browser has no such windows", async () => {
    const before = await cleo.call.received();
    await cleo.page.addInitScript(() =>
      Object.defineProperty(window, "documentPictureInPicture", { value: undefined, configurable: true }),
    );
    await cleo.page.reload();
    await cleo.call.untilReceived(1, { anew: before });
    const floats = () => cleo.page.evaluate(() => document.pictureInPictureElement?.getAttribute("aria-label") ?? "");
    await cleo.call.control("Picture in picture").click();
    await until("Ada's picture floats", async () => (await floats()) === "Camera of Ada", { seen: floats });
    await cleo.call.control("Picture in picture").click();
    await until("it does no more", async () => (await floats()) === "", { seen: floats });
  });

  it("a tab that was asleep says so and is back in the call by itself", async () => {
    const before = await cleo.call.received();
    await cleo.page.evaluate(recordWords, "This tab was asleep, and the call with it.");
    await cleo.page.evaluate(sleep);
    await cleo.call.untilReceived(1, { anew: before });
    expect(await cleo.page.evaluate(() => (window as unknown as SaidWords).wasSaid)).toBe(true);
    await ada.call.untilReceived(1);
  });

  it("who hangs up lets go of the devices, and who comes back where the browser holds sound back can let it in", async () => {
    const own = await cleo.call.ownCamera();
    await cleo.page.evaluate(holdSoundBack);
    await cleo.call.control("Hang up").click();
    await ada.call.tile("Cleo").waitFor({ state: "detached" });
    expect(await own.evaluate(({ readyState }) => readyState)).toBe("ended");
    await cleo.call.join("Join with camera");
    await cleo.call.dock.getByText("You hear nothing yet.").waitFor();
    await cleo.page.evaluate(() => Object.assign(window, { isHeldBack: false }));
    await cleo.call.control("Let me hear").click();
    await until("Ada's sound plays", () => cleo.page.evaluate(() => (window as unknown as HeldSound).plays > 0));
    await cleo.call.dock.getByText("You hear nothing yet.").waitFor({ state: "detached" });
    for (const { call } of [ada, cleo]) await call.untilReceived(1);
  });

  it("[V4] an observer is offered nothing to send, is asked for no device, and is refused what the page does not offer", async () => {
    await olga.page.evaluate(recordMedia);
    await olga.call.join("Join and watch");
    await olga.call.untilReceived(2);
    expect(await olga.call.control(/microphone|camera|screen/i).count()).toBe(0);
    await ada.call.tile("Olga").filter({ hasText: "only watches" }).waitFor();
    expect(await olga.page.evaluate(askToSend)).toMatchObject({ type: "refused", code: "not-allowed" });
    expect(await olga.page.evaluate(() => (window as unknown as Recorded).asksForDevices)).toBe(0);
    await olga.call.control("Hang up").click();
    await olga.context.close();
  });

  it("the editor comes first: a page that does not keep up fetches small pictures, then none, and sound all the while", async () => {
    await cleo.call.control("Hang up").click();
    await cleo.page.evaluate(recordMedia);
    await cleo.page.evaluate(lookOften);
    await cleo.call.join("Join with camera");
    await cleo.call.untilReceived(1);
    await cleo.call.control("Grid").click();
    // Of Ada's camera, in the order that they were asked for.
    const layers = async (): Promise<(number | "none" | undefined)[]> => {
      const { asked } = await cleo.page.evaluate(() => ({ asked: (window as unknown as Recorded).asked }));
      return asked.flatMap(({ type, spatialLayer }): (number | "none" | undefined)[] =>
        type === "consumer.layers" ? [spatialLayer] : type === "consumer.pause" ? ["none"] : [],
      );
    };
    await until("the upper layer is asked for", async () => (await layers()).at(-1) === 1, { seen: layers });
    await until("both layers are sent", () => upperLayerOf(cleo.page));

    await cleo.page.evaluate(keepBusy);
    await cleo.call.dock.getByText("Pictures are paused because this machine did not keep up").waitFor();
    await cleo.call.tile("Ada").getByText("Picture paused").waitFor();
    expect((await layers()).slice(-3)).toEqual([1, 0, "none"]);
    expect(await upperLayerOf(cleo.page)).toBe(false);
    await untilStill(cleo.call);
    const { pictures } = await cleo.call.received();
    const heard = await energyOf(cleo.call);
    await until("Ada is heard", async () => (await energyOf(cleo.call)) > heard + audible);
    expect((await cleo.call.received()).pictures).toEqual(pictures);

    await cleo.page.evaluate(() => (window as unknown as Busy).rest());
    await cleo.call.untilReceived(1);
    await until("the upper layer is sent again", () => upperLayerOf(cleo.page));
    await cleo.call.dock.getByText("Pictures are paused").waitFor({ state: "detached" });
    await until("the upper layer is asked for again", async () => (await layers()).at(-1) === 1, { seen: layers });
    await cleo.call.control("Grid").click();
  });

  it("[V8] an interviewer removes somebody from their tile, who is told and is out of the call", async () => {
    await ada.call.tile("Cleo").getByRole("button", { name: "What can be done about Cleo" }).click();
    await ada.page.getByRole("button", { name: "Remove from the room…" }).click();
    await ada.page.getByRole("alertdialog", { name: "Remove Cleo?" }).getByRole("button", { name: "Remove" }).click();
    await cleo.page.getByText("You were removed from the interview").waitFor();
    await ada.call.tile("Cleo").waitFor({ state: "detached" });
    await ada.call.dock.getByText("Nobody else is in the call yet.").waitFor();
    const states = () =>
      cleo.page.evaluate(() => {
        const { connections } = window as unknown as { connections: Set<RTCPeerConnection> };
        return [...connections].map(({ connectionState }) => connectionState);
      });
    await until("nothing of hers is open", async () => (await states()).every((state) => state === "closed"), {
      seen: states,
    });
  });
});
