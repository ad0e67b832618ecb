import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { getTimeline } from "@greenroom/shared/api/history-routes.ts";
import { endSession } from "@greenroom/shared/api/session-routes.ts";
import { launchBrowser, openPage } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { call } from "./support/api.ts";
import { axeFindings } from "./support/axe.ts";
import { type House, openHouse } from "./support/house.ts";
import { enterRoom, RoomPage } from "./support/room-page.ts";
import { signIn } from "./support/sign-in.ts";
import { openSocket } from "./support/socket.ts";

const program = 'print("seen in the playback")';

/** An interview of two, which is played back afterwards; each step goes on from the one before. */
describe("the playback of a session", () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let sessionId: string;
  /** When the program was written, and nothing else; in seconds from the beginning. */
  let written: number;

  const slider = (): Locator => page.getByRole("slider", { name: "Time in the session" });
  const time = async (): Promise<string> => (await slider().getAttribute("aria-valuetext")) ?? "";
  const text = (): Promise<string> => new RoomPage(page).text();
  const output = (): Locator => page.getByRole("region", { name: "Output" });
  const address = (query = ""): string => new URL(`/sessions/${sessionId}/playback${query}`, house.url).href;
  const untilText = async (what: string, holds: (text: string) => boolean) =>
    await new RoomPage(page).untilText(what, holds);

  beforeAll(async () => {
    house = await openHouse();
    browser = await launchBrowser();
    await house.administratorToken();
    page = (await openPage(browser, { width: 1440, height: 900 })).page;
    await signIn(page, house.url);
    sessionId = await house.createSession({ title: "Played back" });
  }, 120_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await page.screenshot({ path: `.data/e2e-failures/${task.id}.png` });
  });

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it("says of a session in which nothing has happened that there is nothing to play yet", async () => {
    const empty = await house.createSession({ title: "Empty" });
    await page.goto(new URL(`/sessions/${empty}/playback`, house.url).href);
    await page.getByRole("heading", { level: 1, name: "Nothing has happened yet" }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it("goes on with a live one, up to now", async () => {
    const cleo = await enterRoom(browser, { link: await house.invite(sessionId, "candidate"), name: "Cleo" });
    await cleo.room.replaceAll(program);
    await cleo.room.saved();
    const instant = Date.now();
    const timeline = await call(house.url, getTimeline, {
      params: { sessionId },
      token: await house.administratorToken(),
    });
    // As a link says it, which is never before the instant itself.
    written = Math.ceil((instant - timeline.body.from) / 100) / 10;

    await page.goto(address());
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Go to now" }).click();
    await untilText("what has been written up to now", (shown) => shown.trim() === program);
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await until("Python can be run", () => cleo.room.runButton.isEnabled(), { withinMs: 240_000, everyMs: 250 });
    await cleo.room.run();
    await until(
      "the run is played as it happens",
      async () => (await output().textContent())?.includes("Finished in"),
      {
        withinMs: 60_000,
        seen: () => output().textContent(),
      },
    );
    await cleo.room.press("ControlOrMeta+End");
    await cleo.room.type("# and so on");
    await cleo.room.saved();
    await untilText("typing is played as it happens", (shown) => shown.includes("# and so on"));
    await cleo.context.close();
  }, 300_000);

  it("is reached from the record of one that has ended", async () => {
    const token = await house.administratorToken();
    const ada = await openSocket(house.url, sessionId, token);
    const welcome = await ada.frame("welcome");
    const messageId = crypto.randomUUID();
    ada.send({ type: "chat.send", messageId, text: "Thank you, Cleo" });
    ada.send({ type: "paste", documentId: welcome.session.documentId, characters: 42 });
    await ada.frame("chat", (said) => said.messageId === messageId);
    ada.close();
    await call(house.url, endSession, { params: { sessionId }, token });
    await page.goto(new URL(`/sessions/${sessionId}`, house.url).href);
    await page.getByText("Signed record").or(page.getByText("The record is not signed yet")).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "Play back the session" }).click();
    await slider().waitFor();
    expect(await time()).toMatch(/^00:00 of 0\d:\d\d$/);
  });

  it("opens at the instant that its address says, with what was there then and nothing else", async () => {
    await page.goto(address(`?t=${written}`));
    await untilText("the program as it was", (shown) => shown.trim() === program);
    await page.getByText("Nothing had been run by then.").waitFor();
    await page.locator(".played-insertion").first().waitFor();
    await page.getByRole("tab", { name: "Chat" }).click();
    await page.getByText("Nothing had been said by then.").waitFor();
    await page.getByRole("tab", { name: "Output" }).click();
  });

  it("jumps to a run, and shows what it wrote and how it ended", async () => {
    await slider().press("]");
    await output().getByText("seen in the playback").waitFor();
    await output()
      .getByText(/Finished in .* exit code 0/)
      .waitFor();
    expect(await text()).not.toContain("# and so on");
    await page.getByRole("button", { name: "Next change", exact: true }).click();
    await untilText("the change after it", (shown) => shown.includes("#"));
  });

  it("goes both ways by keyboard and by pointer, and its address follows", async () => {
    await page.keyboard.press("Home");
    await until("the beginning", async () => (await time()).startsWith("00:00"));
    await page.keyboard.press("End");
    await untilText("the end", (shown) => shown.includes("# and so on"));
    const [now, length] = (await time()).split(" of ");
    expect(now).toBe(length);
    await until("the address has followed", () => /\?t=\d/.test(page.url()), { seen: () => page.url() });
    const atEnd = page.url();

    const box = await slider().boundingBox();
    if (!box) throw new Error("The time line is not on the page.");
    const [right, middle] = [box.x + box.width - 2, box.y + box.height / 2];
    await page.mouse.move(right, middle);
    await page.mouse.down();
    for (let step = 0; step <= 20; step++) await page.mouse.move(right - (step / 20) * (box.width - 4), middle);
    await page.mouse.up();
    await until("the thumb is at the beginning", async () => (await time()).startsWith("00:00"), { seen: time });
    await untilText("nothing of the program", (shown) => !shown.includes("seen in the playback"));
    await until("the address has followed", () => page.url() !== atEnd, { seen: () => page.url() });
  });

  it("plays to the end by itself, idle gaps left out", async () => {
    await page.getByRole("combobox", { name: "Speed" }).selectOption("32");
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await untilText("the end", (shown) => shown.includes("# and so on"));
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    await page.getByRole("tab", { name: "Chat (1)" }).click();
    await page.getByText("Thank you, Cleo").waitFor();
  });

  it("tells what happened in words, each of which leads to its moment", async () => {
    await page.getByRole("tab", { name: "What happened" }).click();
    const entries = page.getByRole("list", { name: "What happened" }).getByRole("button");
    for (const happened of [/Cleo joined/, /Cleo ran Python: Finished/, /pasted 42 characters/, /The interview ended/])
      await entries.filter({ hasText: happened }).first().waitFor();
    await entries.filter({ hasText: /Cleo ran Python/ }).click();
    await page.getByRole("tab", { name: "Output" }).click();
    await output().getByText("seen in the playback").waitFor();
    expect(await text()).not.toContain("# and so on");
  });

  it("copies a link to this moment", async () => {
    await page.getByRole("button", { name: "Copy link to this moment" }).click();
    const link = await until("the link is on the clipboard", async () => {
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      return copied.includes("/playback?t=") ? copied : undefined;
    });
    await page.goto(link);
    await output().getByText("seen in the playback").waitFor();
  });

  it("axe finds nothing, wide and narrow, in both themes", async () => {
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        for (const tab of ["Output", "Chat", "What happened"]) {
          await page.getByRole("tab", { name: tab }).click();
          expect(await axeFindings(page), `${tab}, ${colorScheme}, ${width} wide`).toEqual([]);
        }
      }
    }
    await page.getByRole("button", { name: "Keys" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await axeFindings(page), "keys").toEqual([]);
  }, 120_000);

  it("leaves single keys alone when it is told to", async () => {
    await page.getByLabel("These keys work anywhere on this page").uncheck();
    await page.keyboard.press("Escape");
    const before = await time();
    await page.keyboard.press("Home");
    await page.keyboard.press("]");
    expect(await time()).toBe(before);
    await slider().press("Home");
    await until("the slider still has its own", async () => (await time()).startsWith("00:00"), { seen: time });
  });
});
