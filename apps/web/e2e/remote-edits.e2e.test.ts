import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "@greenroom/shared/testing/until.ts";
import { openSharedText, type SharedText } from "./support/shared-text.ts";
import type { Typist } from "./support/typist.ts";
import { watchEditor } from "./support/watch-editor.ts";

describe("what others write, while one looks, types, selects and composes", () => {
  let shared: SharedText;

  beforeAll(async () => {
    shared = await openSharedText({ language: "python", sockets: 5 });
  }, 120_000);
  afterAll(async () => await shared?.close());

  /** More than a thousand from the beginning on: with the number of digits the column of line numbers would grow. */
  const lines = Array.from({ length: 1_200 }, (_, index) => `line_${index} = ${index}`);
  const home = lines[600] ?? "";

  /** Many lines, Cleo's caret at the end of one far down, and that line on the screen. */
  const beginFarDown = async (): Promise<void> => {
    const { begin, cleo } = shared;
    await begin(lines.join("\n"));
    await cleo.room.press("ControlOrMeta+F");
    await cleo.page.keyboard.type(home);
    await cleo.room.untilText("the line far down", (text) => text.includes(home));
    await cleo.page.keyboard.press("Escape");
    await cleo.room.press("End");
  };

  /** Ada's sockets write so many lines each, every one an operation of its own, above all that Cleo sees. */
  const writeAbove = async (count: number): Promise<void> => {
    const write = async (typist: Typist, socket: number) => {
      for (let turn = 0; turn < count; turn++) {
        const text = typist.client.text.slice(0, typist.client.text.indexOf("line_400"));
        const start = text.lastIndexOf("\n", (socket * 7_919 + turn * 1_237) % text.length) + 1;
        typist.write(start, `# ${socket} ${turn}\n`);
        await typist.saved();
      }
    };
    await Promise.all(shared.typists.map(write));
  };

  it("a thousand lines above move neither one's caret nor any line on the screen, in any frame", async () => {
    await beginFarDown();
    const stop = await watchEditor(shared.cleo.page);
    await writeAbove(200);
    await shared.cleo.room.saved();
    const watched = await stop();
    expect(watched.frames).toBeGreaterThan(20);
    expect(watched.lines).toBeGreaterThan(20);
    expect(watched.linesMoved).toBe(0);
    expect(watched.carets).toHaveLength(1);
    await shared.cleo.page.keyboard.type(" # here");
    const text = await shared.agree();
    expect(text.split("\n")).toHaveLength(lines.length + 1_000);
    expect(text).toContain(`\n${home} # here\n`);
  }, 60_000);

  it("nor the line that one is typing on", async () => {
    const { cleo } = shared;
    await beginFarDown();
    const stop = await watchEditor(cleo.page);
    const sentence = "  # every letter of this stands where it was typed, and in this order";
    await Promise.all([writeAbove(30), cleo.page.keyboard.type(sentence, { delay: 15 })]);
    await cleo.room.saved();
    const { carets } = await stop();
    expect(new Set(carets.map((place) => place.split(",")[1])).size).toBe(1);
    expect(await shared.agree()).toContain(`\n${home}${sentence}\n`);
  }, 30_000);

  it("nor a selection, backwards as it was made", async () => {
    const { page } = shared.cleo;
    await beginFarDown();
    for (let step = 0; step < 3; step++) await page.keyboard.press("Shift+ArrowLeft");
    await writeAbove(10);
    // The end that moves is still the left one, and what is typed takes the place of what is selected.
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.type("__");
    expect(await shared.agree()).toContain(`\n${home.slice(0, -2)}__\n`);
  }, 30_000);

  it("nor several carets", async () => {
    const { page } = shared.cleo;
    await beginFarDown();
    for (let caret = 0; caret < 2; caret++) await page.keyboard.press("Shift+Alt+ArrowDown");
    const stop = await watchEditor(page);
    await writeAbove(10);
    await shared.cleo.room.saved();
    const { carets, linesMoved } = await stop();
    expect(carets).toHaveLength(3);
    expect(linesMoved).toBe(0);
    await page.keyboard.type(" # three");
    const text = await shared.agree();
    for (const line of lines.slice(600, 603)) expect(text).toContain(`\n${line} # three\n`);
    expect(text.split("# three")).toHaveLength(4);
  }, 30_000);

  it("a bracket that was closed by itself is typed over, whatever others write on its line meanwhile", async () => {
    const { begin, ada, cleo, agree } = shared;
    await begin("\n\nend\n");
    await cleo.page.keyboard.type("call(");
    await ada.sees("the closed bracket", (text) => text.startsWith("call()"));
    ada.writeAt("call", "x = ");
    ada.writeAt("end", "more\n");
    await cleo.room.untilText(
      "what was written meanwhile",
      (text) => text.includes("x = call()") && text.includes("more"),
    );
    await cleo.page.keyboard.type('"a")  # b');
    expect(await agree()).toBe('x = call("a")  # b\n\nmore\nend\n');
  });

  describe("an input method", () => {
    /** Shows a text that is being composed, as an input method does before it is confirmed. */
    const composer = async () => {
      const cdp = await shared.cleo.context.newCDPSession(shared.cleo.page);
      return {
        tries: async (...texts: string[]) => {
          for (const text of texts) {
            const end = text.length;
            await cdp.send("Input.imeSetComposition", { text, selectionStart: end, selectionEnd: end });
          }
        },
        confirms: async (text: string) => await cdp.send("Input.insertText", { text }),
      };
    };

    it("composes whole words though others write above and on the line, and they arrive once it is done", async () => {
      const { begin, ada, cleo, agree } = shared;
      await begin("first\nx = \nlast\n");
      await cleo.room.press("ArrowDown");
      await cleo.room.press("End");
      const { tries, confirms } = await composer();
      await tries("k", "か");
      ada.write(0, "above\n");
      ada.writeAt("x = ", "let ");
      await ada.saved();
      await tries("かn", "かん", "かんじ");
      await cleo.room.untilText("what is composed", (text) => text === "first\nx = かんじ\nlast\n");
      await confirms("漢字");
      await cleo.page.keyboard.type("!");
      expect(await agree()).toBe("above\nfirst\nlet x = 漢字!\nlast\n");
    });

    it("is undone by the word", async () => {
      const { begin, cleo, agree } = shared;
      await begin("x = ");
      await cleo.room.press("End");
      const { tries, confirms } = await composer();
      await tries("k", "か", "かn", "かん");
      await confirms("漢");
      await tries("j", "じ");
      await confirms("字");
      // The page may not have been through with a word yet when the browser says that it has the keys.
      await cleo.room.untilText("both words", (text) => text === "x = 漢字");
      await cleo.page.keyboard.press("ControlOrMeta+Z");
      expect(await agree()).toBe("x = 漢");
      await cleo.room.press("ControlOrMeta+Z");
      expect(await agree()).toBe("x = ");
    });

    it("keeps others waiting for some seconds and no longer, and what it has composed by then is kept", async () => {
      const { begin, ada, cleo, agree } = shared;
      await begin("first\nx = \nlast\n");
      await cleo.room.press("ArrowDown");
      await cleo.room.press("End");
      const { tries, confirms } = await composer();
      await tries("k", "か");
      ada.write(0, "above\n");
      ada.writeAt("x = ", "let ");
      await cleo.room.untilText("what has waited", (text) => text.startsWith("above\nfirst\nlet x = か\n"));
      ada.writeAt("let x", "more;");
      await cleo.room.untilText("what came later", (text) => text.startsWith("above\nfirst\nmore;let x = か\n"));
      await tries("n", "ん");
      await confirms("ん");
      expect(await agree()).toBe("above\nfirst\nmore;let x = かん\nlast\n");
    });
  });

  describe("undo", () => {
    it("takes back one's own text alone, around what others put into it, and redo brings it back", async () => {
      const { begin, ada, cleo, agree } = shared;
      await begin("alpha\nbeta\n");
      await cleo.room.press("End");
      await cleo.page.keyboard.type(" mine");
      await cleo.room.saved();
      ada.writeAt("mine", "THEIRS ");
      ada.writeAt("beta", "> ");
      await cleo.room.untilText("what others wrote", (text) => text.includes("THEIRS") && text.includes("> beta"));
      await cleo.page.keyboard.press("ControlOrMeta+Z");
      expect(await agree()).toBe("alphaTHEIRS \n> beta\n");
      await cleo.room.press("ControlOrMeta+Shift+Z");
      expect(await agree()).toBe("alpha THEIRS mine\n> beta\n");
      // Older steps may bring back what Cleo deleted in other tests; what others wrote stays in any case.
      for (let step = 0; step < 3; step++) await cleo.room.press("ControlOrMeta+Z");
      expect(await agree()).toContain("alphaTHEIRS \n> beta\n");
    });

    it("and the place on the screen are as they were after another document was shown, in which others wrote", async () => {
      const { ada, cleo } = shared;
      await beginFarDown();
      await cleo.page.keyboard.type(" # mine");
      await cleo.room.saved();
      const stop = await watchEditor(cleo.page);
      const { lines: watched } = await stop();
      const before = await cleo.room.text();
      ada.changeLanguage("javascript");
      await cleo.room.untilText("another document", (text) => !text.includes("line_"));
      await writeAbove(4);
      ada.changeLanguage("python");
      await cleo.room.untilText("the document as it was on the screen", (text) => text.includes(home));
      expect(watched).toBeGreaterThan(20);
      expect(await cleo.room.text()).toBe(before);
      await cleo.room.press("ControlOrMeta+Z");
      expect(await shared.agree()).toContain(`\n${home}\n`);
    }, 30_000);

    it("goes on where it was after the connection was gone", async () => {
      const { begin, cleo, house, sessionId } = shared;
      await begin("alpha\n");
      await cleo.room.press("End");
      await cleo.page.keyboard.type(" mine");
      await cleo.room.saved();
      await cleo.context.setOffline(true);
      house.stack.kill("gateway", "SIGKILL");
      await house.stack.restarted("gateway");
      await cleo.page.keyboard.press("Enter");
      await cleo.page.keyboard.type("offline");
      await cleo.context.setOffline(false);
      await cleo.room.saved(30_000);
      const has = async (text: string) =>
        await until(`the database has ${text}`, async () => (await house.savedText(sessionId)) === text);
      await has("alpha mine\noffline\n");
      await cleo.page.keyboard.press("ControlOrMeta+Z");
      await cleo.page.keyboard.press("ControlOrMeta+Z");
      await has("alpha mine\n");
      await cleo.page.keyboard.press("ControlOrMeta+Z");
      await has("alpha\n");
    }, 60_000);
  });
});
