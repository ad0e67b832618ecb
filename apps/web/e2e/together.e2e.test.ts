import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getTimeline } from "@greenroom/shared/api/history-routes.ts";
import { launchBrowser } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { call } from "./support/api.ts";
import { axeFindings } from "./support/axe.ts";
import { type House, openHouse, withoutRuns } from "./support/house.ts";
import { enterRoom } from "./support/room-page.ts";

type Person = Awaited<ReturnType<typeof enterRoom>>;

describe("chat, files and presence, between two", () => {
  let house: House;
  let browser: Browser;
  let ada: Person;
  let cleo: Person;
  let sessionId: string;

  beforeAll(async () => {
    house = await openHouse({ services: withoutRuns });
    browser = await launchBrowser();
    sessionId = await house.createSession();
    ada = await enterRoom(browser, { link: await house.invite(sessionId, "interviewer"), name: "Ada" });
    cleo = await enterRoom(browser, { link: await house.invite(sessionId, "candidate"), name: "Cleo" });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it("[M1] what is said is there for both, unread until it is seen, and never markup", async () => {
    await openChat(ada.page);
    await say(ada.page, "Hello <b>Cleo</b> https://example.org");
    const toggle = cleo.page.getByRole("button", { name: /^chat\W+1 unread message$/i });
    await toggle.waitFor();
    await openChat(cleo.page);
    await said(cleo.page, "Hello <b>Cleo</b> https://example.org").waitFor();
    expect(await log(cleo.page).locator("b, a").count()).toBe(0);
    await cleo.page.getByRole("button", { name: "Chat", exact: true }).waitFor();
    await field(cleo.page).fill("one line");
    await field(cleo.page).press("Shift+Enter");
    await field(cleo.page).pressSequentially("another");
    await field(cleo.page).press("Enter");
    await said(ada.page, "one line another").waitFor();
    await cleo.page.reload();
    await cleo.room.ready();
    await openChat(cleo.page);
    expect(await log(cleo.page).getByRole("article").count()).toBe(2);
  });

  it("[M1] what is said without a network waits, and is said once", async () => {
    await cleo.context.setOffline(true);
    house.stack.kill("gateway", "SIGSTOP");
    await say(cleo.page, "said offline");
    await log(cleo.page).getByText("Waiting for the connection").waitFor();
    house.stack.kill("gateway", "SIGCONT");
    await cleo.context.setOffline(false);
    await said(ada.page, "said offline").waitFor({ timeout: 20_000 });
    await until("nothing waits", async () => (await log(cleo.page).getByText("Waiting").count()) === 0);
    await cleo.page.reload();
    await cleo.room.ready();
    await openChat(cleo.page);
    await said(cleo.page, "said offline").waitFor();
    expect(await said(cleo.page, "said offline").count()).toBe(1);
  });

  it("[F1] a file that one adds is there for both, and each looks at what they want", async () => {
    await ada.page.getByRole("button", { name: "Add a file" }).click();
    await ada.page.getByRole("textbox", { name: "Name", exact: true }).fill("lib/../x");
    await ada.page.keyboard.press("Enter");
    await ada.page.getByText("A file cannot be called so.").waitFor();
    await ada.page.getByRole("textbox", { name: "Name", exact: true }).fill("lib/util.py");
    await ada.page.keyboard.press("Enter");
    await file(ada.page, "util.py").and(ada.page.locator("[aria-selected=true]")).waitFor();
    await ada.room.type("# shared");
    await file(cleo.page, /util\.py\W+here: Ada/).waitFor();
    expect(await file(cleo.page, "main.py").getAttribute("aria-selected")).toBe("true");
    await file(cleo.page, "util.py").click();
    await cleo.room.untilText("the same file", (text) => text === "# shared");
  });

  it("[F3] renames, and tells whoever looks at a file that is deleted", async () => {
    await ada.page.getByRole("button", { name: "Rename lib/util.py" }).click();
    await ada.page.getByRole("textbox", { name: "Name", exact: true }).fill("helpers.py");
    await ada.page.keyboard.press("Enter");
    await file(cleo.page, "helpers.py").waitFor();
    await cleo.room.untilText("the same text", (text) => text === "# shared");
    await ada.page.getByRole("button", { name: "Delete helpers.py" }).click();
    await ada.page.getByRole("button", { name: "Delete", exact: true }).click();
    await cleo.page.getByText("helpers.py was deleted by Ada. You are in main.py now.").waitFor();
    await cleo.page.getByRole("tree").waitFor({ state: "detached" });
    await cleo.room.saved();
  });

  it("what is dragged in from the desktop becomes files, and what is no text is told", async () => {
    await cleo.page.evaluate(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["x = 1"], "data.py"));
      transfer.items.add(new File([new Uint8Array([255, 216, 0])], "photo.jpg"));
      Object.assign(window, { transfer });
      document.body.dispatchEvent(new DragEvent("dragenter", { bubbles: true, dataTransfer: transfer }));
    });
    await cleo.page.getByText("Drop here to add to the project").waitFor();
    await cleo.page.evaluate(() => {
      const { transfer } = window as unknown as { transfer: DataTransfer };
      const options = { bubbles: true, cancelable: true, dataTransfer: transfer };
      document.querySelector(".file-drop")?.dispatchEvent(new DragEvent("drop", options));
    });
    await file(ada.page, "data.py").waitFor();
    await cleo.page.getByText("photo.jpg: it is not text.").waitFor();
  });

  it("[J7] what one has typed into a file that is deleted, and is not saved, is shown to be copied", async () => {
    const line = { isCut: false };
    // Nothing that she types arrives any more; what others do does.
    await cleo.page.routeWebSocket(/\/api\//, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        if (!line.isCut) server.send(message);
      });
    });
    await cleo.page.reload();
    await cleo.room.ready();
    await file(cleo.page, "data.py").click();
    await cleo.room.untilText("the file", (text) => text === "x = 1");
    line.isCut = true;
    await cleo.room.press("ControlOrMeta+End");
    await cleo.room.type(" # never saved");
    await file(ada.page, "data.py").click();
    await ada.page.getByRole("button", { name: "Delete data.py" }).click();
    await ada.page.getByRole("button", { name: "Delete", exact: true }).click();
    const dialog = cleo.page.getByRole("dialog", { name: "Not everything you typed was saved" });
    await dialog.getByText("x = 1 # never saved").waitFor();
    await dialog.getByRole("button", { name: "Delete it from this device" }).click();
    await dialog.waitFor({ state: "detached" });
    line.isCut = false;
    await cleo.page.reload();
    await cleo.room.ready();
    await ada.page.getByRole("button", { name: "Add a file" }).click();
    await ada.page.getByRole("textbox", { name: "Name", exact: true }).fill("data.py");
    await ada.page.keyboard.press("Enter");
    await ada.page.getByRole("button", { name: "Delete data.py" }).waitFor();
    await ada.room.type("x = 1");
    await file(ada.page, "main.py").click();
  });

  it("[P4] one follows another through files and to their caret, until Escape", async () => {
    await cleo.room.press("ControlOrMeta+A");
    await cleo.room.paste(Array.from({ length: 300 }, (_, index) => `line_${index} = ${index}`).join("\n"));
    await cleo.room.saved();
    await ada.room.press("ControlOrMeta+Home");
    await follow(ada.page, "Cleo");
    await ada.page.getByRole("status", { name: "Following" }).getByText("Following Cleo").waitFor();
    await cleo.room.press("ControlOrMeta+Home");
    await ada.room.untilText("the first line", (text) => text.includes("line_0 = 0"));
    // Her caret stays behind.
    await cleo.page.locator(".code-editor").hover();
    await cleo.page.mouse.wheel(0, 2_000);
    await cleo.room.untilText("lines far below", (text) => !text.includes("line_50 ="));
    // Of a line that is cut off by the edge, a follower sees nothing.
    const firstLine = async ({ room }: Person) => Number(/line_(\d+)/.exec(await room.text())?.[1]);
    const difference = async () => (await firstLine(ada)) - (await firstLine(cleo));
    const seeTheSame = () =>
      until("both see the same from above", async () => [0, 1].includes(await difference()), {
        seen: async () => [await firstLine(ada), await firstLine(cleo)],
      });
    await seeTheSame();
    await file(cleo.page, "data.py").click();
    await ada.room.untilText("the other file", (text) => text === "x = 1");
    await ada.page.keyboard.press("Escape");
    await ada.page.getByText("Following Cleo").waitFor({ state: "detached" });
    await file(cleo.page, "main.py").click();
    await file(ada.page, /main\.py\W+here: Cleo/).waitFor();
    expect(await ada.room.text()).toBe("x = 1");
    await follow(ada.page, "Cleo");
    await ada.room.untilText("their file again", (text) => text.includes("line_"));
    await seeTheSame();
    await ada.room.press("ControlOrMeta+Home");
    await ada.room.type("#");
    await ada.page.getByText("Following Cleo").waitFor({ state: "detached" });
  });

  it("[P5] what is pasted, and text that is dropped into the code, are facts of the record", async () => {
    const pasted = async () => {
      const token = await house.administratorToken();
      const { body } = await call(house.url, getTimeline, { params: { sessionId }, token });
      return body.marks.filter(({ kind }) => kind === "paste").map(({ detail }) => detail);
    };
    const before = await pasted();
    expect(before).toHaveLength(1);
    await cleo.page.evaluate(() => {
      const transfer = new DataTransfer();
      transfer.setData("text/plain", "dropped 😀");
      const options = { bubbles: true, cancelable: true, dataTransfer: transfer, clientX: 400, clientY: 300 };
      document.querySelector(".monaco-editor .view-lines")?.dispatchEvent(new DragEvent("drop", options));
    });
    await until("the drop is told", async () => (await pasted()).length === 2);
    expect(await pasted()).toEqual([...before, "9"]);
  });

  it("[P4] whose page is out of sight is marked as away for interviewers", async () => {
    const mark = ada.page.getByRole("list", { name: "Participants" }).getByText("away", { exact: true });
    await hide(cleo.page, true);
    await mark.waitFor();
    await hide(cleo.page, false);
    await mark.waitFor({ state: "detached" });
  });

  it("has no accessibility faults with chat, tree and strip open", async () => {
    await follow(ada.page, "Cleo");
    for (const colorScheme of ["light", "dark"] as const) {
      await ada.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // The theme is drawn with the next frame.
      await ada.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      expect(await axeFindings(ada.page)).toEqual([]);
    }
  });
});

const log = (page: Page): Locator => page.getByRole("log", { name: "Messages" });
const field = (page: Page): Locator => page.getByRole("textbox", { name: "Message to everybody" });
const said = (page: Page, text: string): Locator => log(page).getByRole("article").filter({ hasText: text });
const file = (page: Page, name: string | RegExp): Locator => page.getByRole("treeitem", { name });

async function openChat(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^chat/i }).click();
  await field(page).waitFor();
}

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
}

async function follow(page: Page, name: string): Promise<void> {
  await page.getByRole("list", { name: "Participants" }).getByRole("button", { name }).click();
  await page.getByRole("button", { name: `Follow ${name}` }).click();
}

/** As when another tab is in front: a headless browser has all of them in sight. */
async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: isHidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}
