import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, openPage } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { axeFindings } from "./support/axe.ts";
import { administrator, type House, openHouse } from "./support/house.ts";
import { enterRoom, RoomPage } from "./support/room-page.ts";
import { signIn } from "./support/sign-in.ts";

describe("for those who use a keyboard or a screen reader", () => {
  let house: House;
  let browser: Browser;

  beforeAll(async () => {
    house = await openHouse();
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  /** What axe finds in both themes, with the theme it was found in. */
  const findings = async (page: Page): Promise<string[]> => {
    const found: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // The theme is drawn with the next frame.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      found.push(...(await axeFindings(page)).map((finding) => `${colorScheme}: ${finding}`));
    }
    return found;
  };

  const heading = async (page: Page, name: RegExp | string): Promise<void> =>
    await page.getByRole("heading", { level: 1, name }).waitFor();

  it("axe finds nothing on the pages of those who are not signed in", async () => {
    const { page } = await openPage(browser);
    await page.goto(house.url);
    await heading(page, "Set up Greenroom");
    expect(await findings(page)).toEqual([]);
    const sessionId = await house.createSession();
    const link = await house.invite(sessionId, "candidate");
    const places: [path: string, title: RegExp | string][] = [
      ["/login", "Sign in"],
      ["/register", /invite/],
      [`/register/${"x".repeat(43)}`, "Create your account"],
      [new URL(link).pathname, "Backend engineer"],
      [`/join/${"x".repeat(43)}`, "This invite is not known"],
      [`/room/${sessionId}`, "Come in by your link"],
      ["/nowhere", "There is no such page"],
    ];
    for (const [path, title] of places) {
      await page.goto(new URL(path, house.url).href);
      await heading(page, title);
      expect(await findings(page), path).toEqual([]);
    }
  }, 60_000);

  it("axe finds nothing on the pages of the company, nor in the room, its dialogs and its record", async () => {
    const sessionId = await house.createSession({ title: "Accessible" });
    const candidate = await enterRoom(browser, { link: await house.invite(sessionId, "candidate"), name: "Cleo" });
    const { page } = await openPage(browser);
    await signIn(page, house.url);
    await page.getByRole("link", { name: /Accessible/ }).waitFor();
    expect(await findings(page), "sessions").toEqual([]);
    await page.getByRole("button", { name: "New session" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await findings(page), "new session").toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "People" }).click();
    await page.getByText(administrator.email).waitFor();
    expect(await findings(page), "people").toEqual([]);

    await page.goto(new URL(`/sessions/${sessionId}`, house.url).href);
    await new RoomPage(page).ready();
    expect(await findings(page), "room").toEqual([]);
    expect(await findings(candidate.page), "the candidate's room").toEqual([]);
    await page.getByRole("button", { name: "Invite" }).click();
    await page.getByRole("button", { name: "Create link" }).click();
    await page.getByRole("button", { name: "Copy link" }).waitFor();
    expect(await findings(page), "invite").toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "End interview" }).click();
    await page.getByRole("alertdialog").waitFor();
    expect(await findings(page), "end").toEqual([]);
    await page.getByRole("button", { name: "End for everybody" }).click();
    await candidate.page.getByText("The interview has ended.", { exact: true }).waitFor();
    expect(await findings(candidate.page), "ended").toEqual([]);
    await page.getByRole("button", { name: "Open the record" }).click();
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    expect(await findings(page), "record").toEqual([]);
  }, 60_000);

  it("axe finds nothing where API keys are made, shown, listed, changed and revoked", async () => {
    await house.administratorToken();
    const { page } = await openPage(browser);
    await signIn(page, house.url);
    await page.getByRole("link", { name: "API keys" }).click();
    await page.getByText("There is no key yet.").waitFor();
    expect(await findings(page), "no keys").toEqual([]);
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByLabel("Runs a minute").fill("0");
    await page.getByRole("button", { name: "Make key" }).click();
    await page.getByText("Give it a name.").waitFor();
    expect(await findings(page), "a new key, with what is missing").toEqual([]);
    await page.getByLabel("Name").fill("CI");
    await page.getByLabel("Runs a minute").fill("60");
    await page.keyboard.press("Enter");
    await page.getByText("Copy it now").waitFor();
    expect(await findings(page), "a key that was made").toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").waitFor();
    expect(await findings(page), "a key about to be lost").toEqual([]);
    await page.getByRole("button", { name: "Close without it" }).click();
    await page.getByRole("button", { name: "Change “CI”" }).click();
    await page.getByRole("heading", { name: "Change “CI”" }).waitFor();
    expect(await findings(page), "a change").toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Revoke “CI”" }).click();
    await page.getByRole("alertdialog").waitFor();
    expect(await findings(page), "revoke").toEqual([]);
    await page.getByRole("button", { name: "Revoke", exact: true }).click();
    await page.getByText("1 revoked key").click();
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await findings(page), "keys on a phone").toEqual([]);
  }, 60_000);

  it("axe finds nothing where problems are written, shown, submitted to and typed into", async () => {
    const sessionId = await house.createSession({ title: "Judged" });
    const { page } = await openPage(browser);
    await signIn(page, house.url);
    await page.getByRole("link", { name: "Problems" }).click();
    await heading(page, "Problems");
    await page.getByText("No problem has been written yet").waitFor();
    expect(await findings(page), "no problems").toEqual([]);
    await page.getByRole("link", { name: "New problem" }).click();
    await page.getByLabel("A function").check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Give it a title.").waitFor();
    expect(await findings(page), "a function, with what is missing").toEqual([]);
    await page.getByLabel("A conversation").check();
    expect(await findings(page), "a conversation").toEqual([]);
    await page.getByLabel("A whole program").check();
    await page.getByLabel("A program of your own decides").check();
    expect(await findings(page), "a checker program").toEqual([]);
    await page.getByLabel("The same words, numbers nearly").check();
    await page.getByLabel("Title").fill("Echo");
    const statement =
      "# Echo\n\n| in | out |\n|---|---|\n| 1 | 1 |\n\n```\nprint(1)\n```\n\n1. [a link](https://example.org)";
    await page.getByRole("textbox", { name: "Statement" }).fill(statement);
    const first = page.getByRole("group", { name: "Test case 1", exact: true });
    await first.getByLabel("Input").fill("1 2");
    await first.getByLabel("Expected").fill("1 2\n");
    await page.getByRole("tab", { name: "Preview" }).click();
    await page.getByRole("cell", { name: "1" }).first().waitFor();
    expect(await findings(page), "preview").toEqual([]);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved as version 1.").waitFor();
    await page.getByRole("link", { name: "All problems" }).click();
    await page.getByRole("link", { name: "Echo" }).waitFor();
    expect(await findings(page), "problems").toEqual([]);

    await page.goto(new URL(`/sessions/${sessionId}`, house.url).href);
    const room = new RoomPage(page);
    await room.ready();
    await page.getByRole("button", { name: "Problem", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: /Echo/ }).waitFor();
    expect(await findings(page), "choose a problem").toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: /Echo/ }).click();
    await page.getByText("1 hidden test").click();
    expect(await findings(page), "room with a problem").toEqual([]);
    const submit = page.getByRole("button", { name: "Submit" });
    const isReady = async () => (await submit.getAttribute("aria-disabled")) !== "true";
    await until("Python can be run", isReady, { withinMs: 240_000, everyMs: 250 });
    await room.replaceAll("import sys\nprint(1, 3)\nprint('oh', file=sys.stderr)\n");
    await room.saved();
    await submit.click();
    await room.untilOutput("a verdict", (text) => text.includes("Wrong answer on test 1"), 60_000);
    await page.locator("mark").first().waitFor();
    expect(await findings(page), "verdicts").toEqual([]);
    await page.getByRole("combobox", { name: "Language" }).click();
    await page.getByRole("option").first().waitFor();
    expect(await findings(page), "languages").toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByText("Terminal", { exact: true }).click();
    await page.locator(".xterm-screen").waitFor();
    await room.replaceAll('input("\\x1b[33mwho? ")\n');
    await room.saved();
    await room.run();
    await until("it asks", async () => (await page.locator(".xterm-screen").textContent())?.includes("who?"));
    expect(await findings(page), "terminal").toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("tab", { name: "Problem" }).waitFor();
    expect(await findings(page), "on a phone").toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole("button", { name: "End interview" }).click();
    await page.getByRole("button", { name: "End for everybody" }).click();
    await page.getByRole("button", { name: "Open the record" }).click();
    await page.locator(".run-record", { hasText: "Wrong answer" }).click();
    await page.getByText("0 of 2 tests passed").waitFor();
    expect(await findings(page), "record of a problem").toEqual([]);
  }, 300_000);

  it("one joins, writes, runs and leaves by the keyboard alone", async () => {
    const sessionId = await house.createSession();
    const { page } = await openPage(browser);
    const keyboard = page.keyboard;
    await page.goto(await house.invite(sessionId, "candidate"));
    await until("the keyboard is in the name", async () => (await focused(page)) === "Your name");
    await keyboard.type("Cleo");
    await keyboard.press("Enter");
    const room = new RoomPage(page);
    await room.ready();
    const inEditor = async () => (await focused(page)).startsWith("Code editor");
    await until("the keyboard is in the editor", inEditor, { seen: () => focused(page) });
    await keyboard.press("ControlOrMeta+A");
    await keyboard.type("print(input())");
    await room.saved();
    await keyboard.press("Control+M");
    const said = page.getByText("Pressing Tab will now move focus to the next focusable element");
    await said.first().waitFor({ state: "attached" });
    await tabTo(page, "Program input");
    await keyboard.type("no mouse");
    await until("Python can be run", () => room.runButton.isEnabled(), { withinMs: 240_000, everyMs: 250 });
    await tabTo(page, "Run", "Shift+Tab");
    await keyboard.press("Enter");
    await room.untilOutput("it ran", (text) => text.includes("no mouse") && /exit code 0/.test(text));
    expect(await focused(page)).toBe("Run");
    await tabTo(page, "Language", "Shift+Tab");
    await keyboard.press("Enter");
    await page.getByRole("option", { name: "JavaScript" }).waitFor();
    await keyboard.type("Java");
    await keyboard.press("Escape");
    await until("the list is closed", async () => (await page.getByRole("option").count()) === 0);
    expect(await focused(page)).toBe("Language");
    await tabTo(page, "Leave");
    await keyboard.press("Enter");
    await heading(page, "You have left the room");
    expect(await focused(page)).toBe("You have left the room");
  }, 300_000);
});

/** The name of what has the keyboard, as far as these pages name things. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return "";
    const labels =
      element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels : null;
    return (element.getAttribute("aria-label") ?? labels?.[0]?.textContent ?? element.textContent ?? "").trim();
  });
}

/** Presses Tab until something has the keyboard; nothing on the way may be without a name. */
async function tabTo(page: Page, name: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const way: string[] = [];
  for (let presses = 0; presses < 25; presses++) {
    await page.keyboard.press(key);
    way.push(await focused(page));
    if (way.at(-1) === name) return;
  }
  throw new Error(`${key} never came to "${name}": ${way.join(" → ")}`);
}
