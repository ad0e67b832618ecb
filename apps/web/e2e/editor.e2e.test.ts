import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { type House, openHouse, withoutRuns } from "./support/house.ts";
import { enterRoom, RoomPage } from "./support/room-page.ts";

/** A family, a flag, a skin tone and a letter with two accents: several code points each, and more UTF-16 units. */
const clusters = ["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "ễ", "𝒳"];

describe("the shared editor, under the hands of two", () => {
  let house: House;
  let browser: Browser;
  let sessionId: string;
  let ada: Awaited<ReturnType<typeof enterRoom>>;
  let cleo: Awaited<ReturnType<typeof enterRoom>>;

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

  /** Both have this text before them, and all of it selected: what comes next takes its place. */
  const begin = async (text: string): Promise<void> => {
    await ada.room.press("ControlOrMeta+A");
    await ada.room.paste(text);
    await agree([ada.room, cleo.room], text);
  };

  /** Waits until the database has a text, and then expects that every page has the same. */
  const agree = async (rooms: readonly RoomPage[], text?: string): Promise<string> => {
    for (const room of rooms) await room.saved();
    const saved = await until("the database has the text", async () => {
      const found = await house.savedText(sessionId);
      return text === undefined || found === text ? { text: found ?? "" } : undefined;
    });
    for (const room of rooms)
      await until("a page has the database's text", async () => (await room.wholeText()) === saved.text);
    return saved.text;
  };

  it("somebody who types above moves neither one's line on the screen nor one's caret", async () => {
    const lines = Array.from({ length: 300 }, (_, index) => `line_${index} = ${index}`);
    await begin(lines.join("\n"));
    await cleo.room.press("ControlOrMeta+Home");
    for (let page = 0; page < 5; page++) await cleo.room.press("PageDown");
    await cleo.room.press("End");
    const mark = " # Cleo is here";
    await cleo.room.type(mark);
    await cleo.room.untilText("the line to watch", (text) => text.includes(mark));
    const watched = await watchLine(cleo.room, mark.trim());
    await ada.room.press("ControlOrMeta+Home");
    await ada.room.type("# one more line above\n".repeat(20));
    const added = await until("what was typed above is saved", async () => {
      const text = await house.savedText(sessionId);
      return text?.split("# one more line above").length === 21 ? text : undefined;
    });
    await cleo.room.saved();
    expect(added).toContain(mark);
    await cleo.room.type("!");
    await cleo.room.untilText("the caret stands where it stood", (text) => text.includes(`${mark}!`));
    expect(await watched()).toHaveLength(1);
  });

  it("a paste with the line ends of Windows becomes one with ours", async () => {
    await begin("to be replaced");
    await cleo.room.paste("a = 1\r\nb = 2\r\n\r\nc = 3\r\n");
    expect(await agree([ada.room, cleo.room], "a = 1\nb = 2\n\nc = 3\n")).not.toContain("\r");
  });

  it("characters of many code points, typed and deleted by both at once, stay whole", async () => {
    await begin("👩‍👩‍👧‍👦\n");
    for (const { room } of [ada, cleo]) await room.press("ControlOrMeta+End");
    const write = async (room: RoomPage, letter: string) => {
      for (const cluster of clusters) await room.page.keyboard.insertText(`${letter}${cluster}`);
      // The last one of their own, or what the other put behind it: in either case whole.
      await room.page.keyboard.press("Backspace");
    };
    await Promise.all([write(ada.room, "a"), write(cleo.room, "c")]);
    const text = await agree([ada.room, cleo.room]);
    expect(text.isWellFormed()).toBe(true);
    expect(text.startsWith("👩‍👩‍👧‍👦\n")).toBe(true);
    expect(text.match(/a/g)).toHaveLength(clusters.length);
    expect(text.match(/c/g)).toHaveLength(clusters.length);
  });

  it("what the editor adds by itself is the same for both: indentation, closing brackets, Tab", async () => {
    await begin("to be replaced");
    await ada.room.focus();
    await ada.page.keyboard.type('def f():\nreturn call("x", [1, 2', { delay: 20 });
    await ada.room.press("ControlOrMeta+End");
    await ada.page.keyboard.press("Enter");
    await ada.page.keyboard.press("Tab");
    await ada.page.keyboard.type("# end");
    const text = await agree([ada.room, cleo.room]);
    expect(text).toBe('def f():\n    return call("x", [1, 2])\n        # end');
  });

  it("a paste of 200 KB arrives whole", async () => {
    const line = (index: number) => `value_${index} = "${"x".repeat(60)}"  # ${index}\n`;
    const long = Array.from({ length: 2_500 }, (_, index) => line(index)).join("");
    expect(long.length).toBeGreaterThan(200_000);
    await begin("to be replaced");
    await cleo.room.paste(long);
    await agree([ada.room, cleo.room], long);
  });

  it("what is typed without a network is counted, kept on the device and saved afterwards", async () => {
    await begin("start = True\n");
    await cleo.room.press("ControlOrMeta+End");
    await cleo.context.setOffline(true);
    house.stack.kill("gateway", "SIGSTOP");
    await cleo.room.type("typed = 'without a network'\n");
    const banner = cleo.page.getByText(/\d+ changes are not saved/);
    await banner.waitFor();
    await until("it is kept", async () => /\d+ changes kept/.test(await cleo.room.connectionText()));
    house.stack.kill("gateway", "SIGCONT");
    await cleo.context.setOffline(false);
    await agree([ada.room, cleo.room], "start = True\ntyped = 'without a network'\n");
    expect(await banner.count()).toBe(0);
  }, 40_000);

  it("a second tab of the same person types into the same text, and is no second person", async () => {
    await begin("one = 1\n");
    const page = await cleo.context.newPage();
    await page.goto(cleo.page.url());
    const tab = new RoomPage(page);
    await tab.ready();
    await tab.press("ControlOrMeta+End");
    await tab.type("two = 2\n");
    await cleo.room.press("ControlOrMeta+Home");
    await cleo.room.type("zero = 0\n");
    await agree([ada.room, cleo.room, tab], "zero = 0\none = 1\ntwo = 2\n");
    const people = await ada.page.getByRole("list", { name: "Participants" }).getByRole("listitem").allTextContents();
    expect(people.filter((text) => text.includes("Cleo"))).toHaveLength(1);
  });
});

/** Notes, frame by frame, where on the screen a line stands; the function it answers with tells all places it had. */
async function watchLine({ page }: RoomPage, mark: string): Promise<() => Promise<number[]>> {
  await page.evaluate((wanted) => {
    const places = new Set<number>();
    const look = () => {
      const lines = [...document.querySelectorAll(".monaco-editor .view-line")];
      const line = lines.find((one) => one.textContent.replaceAll("\u00a0", " ").includes(wanted));
      places.add(line ? Math.round(line.getBoundingClientRect().top) : -1);
      requestAnimationFrame(look);
    };
    look();
    Object.assign(window, { linePlaces: places });
  }, mark);
  return async () => await page.evaluate(() => [...(window as unknown as { linePlaces: Set<number> }).linePlaces]);
}
