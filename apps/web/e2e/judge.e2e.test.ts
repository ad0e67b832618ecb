import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { changeProblem, getProblem, listProblems } from "@greenroom/shared/api/problem-routes.ts";
import { launchBrowser, openPage } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { call } from "./support/api.ts";
import { type House, openHouse } from "./support/house.ts";
import { RoomPage } from "./support/room-page.ts";
import { signIn } from "./support/sign-in.ts";

/** They stand in the hidden case alone; no candidate's page may ever hold them. */
const secretInput = "7319 4173";
const secretAnswer = "sum 11492";

const wrong = 'numbers = input().split()\nprint("sum", len(numbers))\n';
const right = 'numbers = input().split()\nprint("sum", sum(map(int, numbers)))\n';

/** A problem from the form to the verdict, by an interviewer and a candidate. Each step goes on from the one before. */
describe("a problem", () => {
  let house: House;
  let browser: Browser;
  let ada: Page;
  let cleo: RoomPage;
  let sessionId: string;
  const faults: (() => readonly string[])[] = [];
  const heard = { ada: [] as string[], cleo: [] as string[] };

  beforeAll(async () => {
    house = await openHouse();
    browser = await launchBrowser();
    sessionId = await house.createSession();
    const opened = await openPage(browser, { width: 1440, height: 900 });
    faults.push(() => opened.faults);
    ada = opened.page;
    listenTo(ada, heard.ada);
    await signIn(ada, house.url);
  }, 120_000);

  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    await ada.screenshot({ path: `.data/e2e-failures/${task.id}-ada.png` });
    await cleo?.page.screenshot({ path: `.data/e2e-failures/${task.id}-cleo.png` });
  });

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it("is written in the form, which says what is missing next to the field", async () => {
    await ada.getByRole("link", { name: "Problems" }).click();
    await ada.getByRole("link", { name: "New problem" }).click();
    await ada.getByRole("button", { name: "Save" }).click();
    await ada.getByText("Give it a title.").waitFor();
    await until("the keyboard is where something is missing", () => isFocused(ada, "Title"));
    await ada.keyboard.type("Sum of a line");
    await ada.getByRole("textbox", { name: "Statement" }).fill("Print the **sum** of the numbers.");
    await ada.getByRole("tab", { name: "Preview" }).click();
    await ada.locator(".statement strong", { hasText: "sum" }).waitFor();
    await fillCase(ada, 1, { input: "1 2 3", expected: "sum 6" });
    await fillCase(ada, 2, { input: secretInput, expected: secretAnswer });
    await ada.getByRole("button", { name: "Save" }).click();
    await ada.getByText("Saved as version 1.").waitFor();
  });

  it("is not left with something unsaved by accident, and keeps it when somebody else was faster", async () => {
    await ada.getByLabel("Title").fill("Sum of one line");
    await ada.getByRole("link", { name: "All problems" }).click();
    await ada.getByRole("alertdialog").getByRole("button", { name: "Stay" }).click();
    const token = await house.administratorToken();
    const { body: listed } = await call(house.url, listProblems, { token });
    const params = { problemId: listed.problems[0]?.problemId ?? "" };
    const { body: theirs } = await call(house.url, getProblem, { params, token });
    const { version, content } = theirs;
    const body = { version, content: { ...content, title: "Somebody else's" } };
    expect((await call(house.url, changeProblem, { params, body, token })).status).toBe(200);
    await ada.getByRole("button", { name: "Save" }).click();
    await ada.getByText("Somebody else has changed this problem").waitFor();
    expect(await ada.getByLabel("Title").inputValue()).toBe("Sum of one line");
    await ada.getByRole("button", { name: "Save mine over theirs" }).click();
    await ada.getByText("Saved as version 3.").waitFor();
  });

  it("is shown in the room: everybody reads it, and only the interviewer its hidden case", async () => {
    const link = await house.invite(sessionId, "candidate");
    const opened = await openPage(browser, { width: 1440, height: 900 });
    const { page } = opened;
    faults.push(() => opened.faults);
    listenTo(page, heard.cleo);
    await page.goto(link);
    await page.getByLabel("Your name").fill("Cleo");
    await page.keyboard.press("Enter");
    cleo = new RoomPage(page);
    await cleo.ready();
    await ada.goto(new URL(`/sessions/${sessionId}`, house.url).href);
    await new RoomPage(ada).ready();
    await ada.getByRole("button", { name: "Problem", exact: true }).click();
    await ada.getByRole("dialog").getByLabel("Search").fill("one line");
    await ada
      .getByRole("dialog")
      .getByRole("button", { name: /Sum of one line/ })
      .click();
    for (const one of [ada, page]) {
      await one.getByRole("region", { name: "Problem" }).getByText("Example 1").waitFor();
      await one.locator(".statement strong", { hasText: "sum" }).waitFor();
    }
    await ada.getByText("1 hidden test: only interviewers see it").click();
    await ada.getByText(secretInput).waitFor();
  });

  it("is met wrongly at first: each case says so, and a visible one shows the difference", async () => {
    await canSubmit(cleo.page);
    await cleo.replaceAll(wrong);
    await cleo.saved();
    await cleo.page.getByRole("button", { name: "Submit" }).click();
    await cleo.untilOutput("the verdict", (text) => text.includes("Wrong answer on test 1"), 60_000);
    await cleo.page.locator("mark", { hasText: "6" }).waitFor();
    await cleo.page.locator("mark", { hasText: "3" }).waitFor();
    const output = await cleo.untilOutput("both cases", (text) => text.includes("Test 2"));
    expect(output).toContain("0 of 2 tests passed");
    await new RoomPage(ada).untilOutput("Ada sees it too", (text) => text.includes("Wrong answer on test 1"));
  }, 300_000);

  it("has examples to try, and is met in the end", async () => {
    await cleo.replaceAll(right);
    await cleo.saved();
    await cleo.page.getByRole("button", { name: "Try examples" }).click();
    await cleo.untilOutput("the examples", (text) => text.includes("All examples passed"));
    await cleo.page.keyboard.press("ControlOrMeta+Shift+Enter");
    await cleo.untilOutput("all of it", (text) => text.includes("All tests passed") && text.includes("2 of 2"));
  }, 60_000);

  it("never tells the candidate what is hidden: not on the page, not in a frame", async () => {
    const page = await cleo.page.content();
    for (const secret of [secretInput, secretAnswer, "7319", "11492"]) {
      expect(heard.cleo.filter((frame) => frame.includes(secret))).toEqual([]);
      expect(page).not.toContain(secret);
    }
    // Where it may be known it is: what is searched for can be found.
    expect(heard.ada.some((frame) => frame.includes(secretInput))).toBe(true);
    expect(heard.cleo.some((frame) => frame.includes('"run.cases"'))).toBe(true);
  });

  it("fills the program's input with an example, for a run of one's own", async () => {
    await cleo.page.getByRole("button", { name: "Fill in example 1" }).click();
    await cleo.run();
    await cleo.untilOutput("the output", (text) => text.includes("sum 6") && text.includes("exit code 0"));
  }, 60_000);

  it("has a terminal beside it: it asks, either answers, Ctrl+C ends it, and Escape, Tab leads out of it", async () => {
    const { page } = cleo;
    await page.getByText("Terminal", { exact: true }).click();
    await cleo.replaceAll('print("hello", input("who? "))\ninput("more? ")\nwhile True:\n    pass\n');
    await cleo.saved();
    await cleo.run();
    const [first, second] = [page, ada].map((one) => one.locator(".xterm-screen"));
    await until("it asks", async () => (await first?.textContent())?.includes("who? "), { withinMs: 20_000 });
    await until("the keyboard is in the terminal", () => isFocused(page, "Terminal. Press"));
    await page.keyboard.type("Grace\n");
    await until("Ada sees the answer", async () => (await second?.textContent())?.includes("hello Grace"));
    await second?.click();
    await ada.keyboard.type("Ada was here\n");
    await until("Cleo sees what Ada typed", async () => (await first?.textContent())?.includes("Ada was here"));
    await page.keyboard.press("Control+C");
    await cleo.untilOutput("it was interrupted", (text) => text.includes("Interrupted after"));
    expect(await first?.textContent()).toContain("KeyboardInterrupt");
    await cleo.run();
    await until("the keyboard is in the terminal again", () => isFocused(page, "Terminal. Press"));
    await page.keyboard.press("Tab");
    expect(await isFocused(page, "Terminal. Press")).toBe(true);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    await until("the keyboard has left", async () => !(await isFocused(page, "Terminal. Press")));
    await cleo.stop();
    await cleo.untilOutput("it was stopped", (text) => text.includes("Stopped after"));
  }, 60_000);

  it("stays in the record, with each case of each run", async () => {
    await ada.getByRole("button", { name: "End interview" }).click();
    await ada.getByRole("button", { name: "End for everybody" }).click();
    await ada.getByRole("button", { name: "Open the record" }).click();
    await ada.getByText("Version 3").waitFor();
    await ada.locator(".run-record", { hasText: "Wrong answer" }).click();
    await ada.getByText("0 of 2 tests passed").waitFor();
  });

  it("no page had an error on its way through all this", () => {
    const ours = faults
      .flatMap((ofPage) => ofPage())
      .filter((fault) => !/Failed to load resource|WebSocket/.test(fault));
    expect(ours).toEqual([]);
  });
});

/** Everything that a page is told over its socket. */
function listenTo(page: Page, heard: string[]): void {
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => heard.push(String(payload))));
}

async function fillCase(page: Page, number: number, one: { input: string; expected: string }): Promise<void> {
  const fields = page.getByRole("group", { name: `Test case ${number}`, exact: true });
  await fields.getByLabel("Input").fill(one.input);
  await fields.getByLabel("Expected").fill(one.expected);
}

async function canSubmit(page: Page): Promise<void> {
  const submit = page.getByRole("button", { name: "Submit" });
  const isReady = async () => (await submit.getAttribute("aria-disabled")) !== "true";
  await until("programs can be run", isReady, { withinMs: 240_000, everyMs: 250 });
}

async function isFocused(page: Page, name: string): Promise<boolean> {
  return await page.evaluate((wanted) => {
    const element = document.activeElement;
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
    return (element?.getAttribute("aria-label") ?? label ?? "").startsWith(wanted);
  }, name);
}
