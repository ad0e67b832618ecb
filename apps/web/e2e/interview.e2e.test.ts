import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, openPage, type OpenedPage } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { administrator, type House, openHouse } from "./support/house.ts";
import { RoomPage } from "./support/room-page.ts";

/** Prints a line a second, so that a stream is seen to be one. */
const slowly =
  'import time\nname = input()\nfor i in range(4):\n    print("tick", i, name, flush=True)\n    time.sleep(0.7)\n';

/** One interview from the first start to the record, by two people in two browsers. Each step goes on from the one before. */
describe("an interview", () => {
  let house: House;
  let browsers: [Browser, Browser];
  let ada: OpenedPage;
  let cleo: OpenedPage;
  let link: string;

  beforeAll(async () => {
    house = await openHouse();
    browsers = await Promise.all([launchBrowser(), launchBrowser()]);
    ada = await openPage(browsers[0]);
    cleo = await openPage(browsers[1]);
  }, 120_000);

  // Where a step failed, what both saw tells why.
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    for (const [name, { page }] of Object.entries({ ada, cleo }))
      await page.screenshot({ path: `.data/e2e-failures/${task.id}-${name}.png` });
  });

  afterAll(async () => {
    await Promise.all((browsers ?? []).map((browser) => browser.close()));
    await house?.close();
  });

  it("1 · the first account needs the setup code, becomes the administrator, and makes a session", async () => {
    const { page } = ada;
    await page.goto(house.url);
    await page.getByLabel(/setup code/i).fill("WRONG-WRONG-WRONG");
    await page.getByLabel(/name/i).fill(administrator.name);
    await page.getByLabel(/e-?mail/i).fill(administrator.email);
    await page
      .getByLabel(/password/i)
      .first()
      .fill(administrator.password);
    await page.getByRole("button", { name: /create/i }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: /setup code/i })
      .waitFor();
    await page.getByLabel(/setup code/i).fill(house.stack.setupCode);
    await page.getByRole("button", { name: /create/i }).click();

    await page
      .getByRole("button", { name: /new session/i })
      .first()
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/title/i).fill("Backend engineer");
    await dialog.getByRole("button", { name: /create|start/i }).click();
    const room = new RoomPage(page);
    await room.ready();
    expect(await room.text()).toContain("def main():");

    await page.getByRole("button", { name: "Invite" }).click();
    await page.getByRole("button", { name: /create link|make link/i }).click();
    await page.getByRole("button", { name: /copy link/i }).click();
    link = await until("the link is on the clipboard", async () => {
      const text = await page.evaluate(() => navigator.clipboard.readText());
      return text.includes("/join/") ? text : undefined;
    });
    await page.keyboard.press("Escape");
  });

  it("2 · the candidate opens the link, gives a name, and is typing", async () => {
    const { page } = cleo;
    await page.goto(link);
    await page.getByLabel(/name/i).fill("Cleo");
    await page.keyboard.press("Enter");
    const room = new RoomPage(page);
    await room.ready();
    await room.replaceAll("# Cleo was here\n");
    await room.saved();
    await new RoomPage(ada.page).untilText("Ada sees what Cleo wrote", (text) => text.startsWith("# Cleo was here"));
  });

  it("3 · both edit one document, see each other, and undo only their own typing", async () => {
    const [first, second] = [new RoomPage(ada.page), new RoomPage(cleo.page)];
    await ada.page.getByText("Cleo").first().waitFor();
    await first.press("ControlOrMeta+End");
    await second.press("ControlOrMeta+Home");
    await Promise.all([first.type("ada types here"), second.type("x = 1 # ")]);
    for (const room of [first, second])
      await room.untilText("both see both", (text) => text.includes("ada types here") && text.includes("x = 1 # "));

    // A step is a word: as many as it takes, and each only Cleo's.
    await undoUntil(second, (text) => text.startsWith("# Cleo was here"));
    expect(await second.text()).toBe("# Cleo was here\nada types here");
    await first.untilText("Ada sees Cleo's undo", (text) => text === "# Cleo was here\nada types here");
    await undoUntil(second, (text) => text.startsWith("x = 1 # # "), "ControlOrMeta+Shift+Z");
    await first.untilText("Ada sees Cleo's redo", (text) => text === "x = 1 # # Cleo was here\nada types here");
  });

  it("3 · names stand at cursors and selections", async () => {
    const [first, second] = [new RoomPage(ada.page), new RoomPage(cleo.page)];
    await second.press("ControlOrMeta+Home");
    await second.press("Shift+End");
    await until("Ada sees Cleo's name at the caret", async () =>
      ada.page.evaluate(() => {
        const names = [...document.querySelectorAll(".monaco-editor *")].filter(
          (element) => element.textContent === "Cleo" || getComputedStyle(element, "::after").content.includes("Cleo"),
        );
        return names.length > 0;
      }),
    );
    expect(await first.text()).toBe(await second.text());
  });

  it("3 · the language changes for everybody, and each keeps its text", async () => {
    const [first, second] = [new RoomPage(ada.page), new RoomPage(cleo.page)];
    const python = await first.text();
    await choose(ada, "JavaScript");
    for (const room of [first, second])
      await room.untilText("the JavaScript starter", (text) => text.includes("console.log"));
    await choose(cleo, "Python");
    for (const room of [first, second]) await room.untilText("Python as it was", (text) => text === python);
  });

  it("4 · a run streams to both while it runs, takes input, and says how it ended", async () => {
    const [first, second] = [new RoomPage(ada.page), new RoomPage(cleo.page)];
    await first.replaceAll(slowly);
    await first.saved();
    await ada.page.getByRole("textbox", { name: /program input/i }).fill("Grace");
    await first.run();
    await Promise.all(
      [first, second].map((room) =>
        room.untilOutput(
          "the first tick, while it runs",
          (text) => text.includes("tick 0 Grace") && !text.includes("tick 3"),
        ),
      ),
    );
    for (const room of [first, second])
      await room.untilOutput("the end", (text) => text.includes("tick 3 Grace") && /exit code 0/i.test(text));
  }, 60_000);

  it("4 · either stops a run", async () => {
    const [first, second] = [new RoomPage(ada.page), new RoomPage(cleo.page)];
    await second.replaceAll('print("forever", flush=True)\nwhile True:\n    pass\n');
    await second.saved();
    await second.run();
    await first.untilOutput("it runs", (text) => text.includes("forever"));
    await first.stop();
    for (const room of [first, second]) await room.untilOutput("it was stopped", (text) => /stopped/i.test(text));
  }, 60_000);

  it("4 · every language of the house runs its starter", async () => {
    const room = new RoomPage(cleo.page);
    for (const language of ["JavaScript", "TypeScript", "C", "C++", "Java"]) {
      await choose(cleo, language);
      await room.saved();
      await until(
        `${language} can run`,
        async () =>
          (await room.runButton.isEnabled()) && !(await room.page.getByText(/preparing|being prepared/i).isVisible()),
        { withinMs: 240_000, everyMs: 500 },
      );
      await room.run();
      await room.untilOutput(
        `${language} says hello`,
        (text) => /hello, world!/i.test(text) && /exit code 0/i.test(text),
        30_000,
      );
    }
    await choose(cleo, "Python");
    await room.untilText("Python's text is back", (text) => text.startsWith('print("forever"'));
  }, 400_000);

  it("5 · a reload loses nothing", async () => {
    const room = new RoomPage(cleo.page);
    await room.replaceAll("kept = True\n");
    await room.saved();
    await cleo.page.reload();
    await room.ready();
    await room.untilText("the text is back", (text) => text.startsWith("kept = True"));
  });

  it("6 · the interviewer ends it: read-only for all at once, and readable in the list", async () => {
    const [first, second] = [new RoomPage(ada.page), new RoomPage(cleo.page)];
    const keys = cleo.page.getByText("Enter runs");
    await keys.waitFor();
    await ada.page.getByRole("button", { name: /end interview/i }).click();
    await ada.page
      .getByRole("alertdialog")
      .or(ada.page.getByRole("dialog"))
      .getByRole("button", { name: /end/i })
      .click();
    await until("Cleo is told", async () => /ended/i.test((await cleo.page.textContent("body")) ?? ""));
    await keys.waitFor({ state: "detached" });
    const before = await second.text();
    await second.focus().catch(() => undefined);
    await cleo.page.keyboard.type("too late");
    expect(await second.text()).toBe(before);

    await ada.page.goto(house.url);
    await ada.page.getByRole("link", { name: /backend engineer/i }).click();
    await first.untilText("the text is in the record", (text) => text.startsWith("kept = True"));
    await ada.page.getByText("Cleo").first().waitFor();
  });

  it("no page had an error on its way through all this", () => {
    // What a refused request or a cut socket logs is the browser's own; none of it is ours to catch.
    const ours = [...ada.faults, ...cleo.faults].filter(
      (fault) => !/Failed to load resource|WebSocket connection/.test(fault),
    );
    expect(ours).toEqual([]);
  });
});

/** Picks a language in the list, as a person does, and waits until the room has it. */
async function choose({ page }: OpenedPage, language: string): Promise<void> {
  const languages = page.getByRole("combobox", { name: /language/i });
  await languages.click();
  // Behind its name an option says the language's version.
  const name = new RegExp(`^${language.replaceAll("+", "\\+")}( |$)`);
  await page.getByRole("option", { name }).click();
  await languages.getByText(language, { exact: true }).waitFor();
}

/** Presses undo (or redo) as often as it takes; each press is seen before the next. */
async function undoUntil(room: RoomPage, holds: (text: string) => boolean, keys = "ControlOrMeta+Z"): Promise<void> {
  for (let before = await room.text(); !holds(before); before = await room.text()) {
    await room.press(keys);
    await room.untilText("a step is undone", (text) => text !== before);
  }
}
