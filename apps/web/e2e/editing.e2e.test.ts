import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "@greenroom/shared/testing/until.ts";
import { openSharedText, type SharedText } from "./support/shared-text.ts";

/** A family, a flag, a skin tone and a letter with two accents: several code points each, and more UTF-16 units. */
const clusters = ["👩‍👩‍👧‍👦", "🏳️‍🌈", "🇪🇺", "👍🏽", "ễ", "𝒳"];

describe("what one does in the editor, while somebody else types", () => {
  let shared: SharedText;

  beforeAll(async () => {
    shared = await openSharedText({ language: "javascript", sockets: 2 });
  }, 120_000);
  afterAll(async () => await shared?.close());

  /** Whatever becomes of a test, nobody types on in the next one. */
  const adaStops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of adaStops.splice(0)) stop();
  });

  const keyboard = () => shared.cleo.page.keyboard;

  /** Ada types behind a mark, letter by letter with a pause between, until it is over; answers with what she typed. */
  const adaTypes = (mark: string, pauseMs: number) => {
    const typist = shared.typists.at(-1) ?? shared.ada;
    const over = new AbortController();
    adaStops.push(() => over.abort());
    let typed = "";
    /** The longest that one letter of hers waited until it was committed, in milliseconds. */
    let longest = 0;
    const type = async () => {
      while (!over.signal.aborted) {
        const letter = "abcdefghij".charAt(typed.length % 10);
        typist.writeAt(`${mark}${typed}`, letter, "after");
        typed += letter;
        const begun = performance.now();
        await typist.saved();
        longest = Math.max(longest, performance.now() - begun);
        await setTimeout(pauseMs);
      }
    };
    const typing = type();
    return async () => {
      over.abort();
      await typing;
      return { typed, longest };
    };
  };

  /** What Cleo does to a text at its beginning is one operation, and all agree on what came of it and on Ada's letters. */
  const isOneOperation = async (from: string, act: () => Promise<void>, to: string): Promise<void> => {
    await shared.begin(`${from}// Ada: `);
    const stop = adaTypes("// Ada: ", 0);
    const operations = await shared.operationsOf(async () => {
      await act();
      await shared.cleo.room.saved();
      const { typed } = await stop();
      await shared.ada.sees("what both did", (text) => text === `${to}// Ada: ${typed}`);
    });
    expect(operations).toBe(1);
  };

  it("what several carets type or delete, a line that moves, lines that become comments, a column: one operation each", async () => {
    const { cleo } = shared;
    const select = async () => {
      for (let caret = 0; caret < 3; caret++) await cleo.room.press("ControlOrMeta+D");
    };
    const three = "foo = 1;\nfoo = 2;\nfoo = 3;\n";
    const typed = async () => {
      await select();
      await keyboard().press("b");
    };
    await isOneOperation(three, typed, "b = 1;\nb = 2;\nb = 3;\n");
    const deleted = async () => {
      await select();
      await keyboard().press("Delete");
    };
    await isOneOperation(three, deleted, " = 1;\n = 2;\n = 3;\n");
    const commented = async () => {
      for (let line = 0; line < 3; line++) await cleo.room.press("Shift+ArrowDown");
      await keyboard().press("ControlOrMeta+/");
    };
    await isOneOperation("a();\n  b();\nc();\n", commented, "// a();\n//   b();\n// c();\n");
    await isOneOperation(three, () => cleo.room.press("Alt+ArrowDown"), "foo = 2;\nfoo = 1;\nfoo = 3;\n");
    const columns = async () => {
      const last = await cleo.page.locator(".view-line", { hasText: "foo = 3" }).boundingBox();
      await keyboard().down("Shift");
      await keyboard().down("Alt");
      // From the caret before the first line's first letter to behind the third one's, which is 8 pixels wide.
      await cleo.page.mouse.click((last?.x ?? 0) + 9, (last?.y ?? 0) + 5);
      await keyboard().up("Alt");
      await keyboard().up("Shift");
      await keyboard().press("Delete");
    };
    await isOneOperation(three, columns, "oo = 1;\noo = 2;\noo = 3;\n");
  }, 40_000);

  it("brackets and quotes close, are typed over, surround what is selected, and lines are indented", async () => {
    const { begin, agree, cleo } = shared;
    await begin("\n");
    await keyboard().type('if (f("a", [1])) {');
    await keyboard().press("Enter");
    await keyboard().type("g();");
    expect(await agree()).toBe('if (f("a", [1])) {\n  g();\n}\n');
    await begin("some words\n");
    await cleo.room.press("Control+Shift+ArrowRight");
    await keyboard().type("(");
    await keyboard().type('"');
    expect(await agree()).toBe('("some") words\n');
  });

  it("ten thousand matches are replaced in one go, soon and for everybody, and undone in one step", async () => {
    const { begin, ada, cleo, agree } = shared;
    const lines = Array.from({ length: 10_000 }, (_, index) => `let foo = ${index};`).join("\n");
    await begin(lines);
    await cleo.room.press("ControlOrMeta+H");
    await keyboard().type("foo");
    await keyboard().press("Tab");
    await keyboard().type("barbaz");
    await cleo.page.locator(".matchesCount", { hasText: "of 10000" }).waitFor();
    const begun = performance.now();
    await keyboard().press("ControlOrMeta+Alt+Enter");
    await ada.sees("all that was replaced", (text) => text === lines.replaceAll("foo", "barbaz"), 20_000);
    expect(performance.now() - begun).toBeLessThan(10_000);
    await keyboard().press("Escape");
    await agree();
    await cleo.room.press("ControlOrMeta+Z");
    await ada.sees("all as it was", (text) => text === lines, 20_000);
  }, 60_000);

  it("a program is laid out in one operation, around what somebody else types while the formatter thinks", async () => {
    const from = "function  f( a,b ){\nreturn a+b\n}\nf( 1,2 )\n";
    const laidOut = "function f(a, b) {\n  return a + b\n}\nf(1, 2)\n";
    const format = async () => {
      await keyboard().press("Shift+Alt+F");
      await shared.ada.sees("the program laid out", (text) => text.startsWith(laidOut), 20_000);
    };
    await isOneOperation(from, format, laidOut);
    await shared.cleo.room.press("ControlOrMeta+Z");
    expect(await shared.agree()).toContain(from);
  }, 40_000);

  it("characters of many code points stay whole, and half a pair is replaced, which is said", async () => {
    const { begin, agree, cleo } = shared;
    await begin("\n");
    for (const cluster of clusters) await keyboard().insertText(cluster);
    expect(await agree()).toBe(`${clusters.join("")}\n`);
    await cleo.room.press("ControlOrMeta+Home");
    for (let step = 0; step < 3; step++) await keyboard().press("Delete");
    expect(await agree()).toBe(`${clusters.slice(3).join("")}\n`);
    await begin("x\n");
    await pasteAsIs("a\ud83db");
    await keyboard().type("!");
    expect(await agree()).toBe("a\ufffdb!x\n");
    await cleo.page.getByText("put in its place").waitFor();
    await cleo.page.getByRole("button", { name: "Dismiss" }).click();
    // Behind it, its other half makes no pair of both.
    await cleo.room.press("ControlOrMeta+Home");
    for (let step = 0; step < 2; step++) await keyboard().press("ArrowRight");
    await pasteAsIs("\ude00");
    expect(await agree()).toBe("a\ufffd\ufffdb!x\n");
    await cleo.page.getByText("put in its place").waitFor();
    await cleo.page.getByRole("button", { name: "Dismiss" }).click();
  });

  it("pasted and dropped text has our line ends, whatever it came with", async () => {
    const { begin, agree, cleo } = shared;
    await begin("\n");
    await cleo.room.paste("a\rb\r\nc");
    expect(await agree()).toBe("a\nb\nc\n");
    await begin("one\ntwo\n");
    const line = await cleo.page.locator(".view-line", { hasText: "two" }).boundingBox();
    const place = { x: (line?.x ?? 0) + 1, y: (line?.y ?? 0) + 5 };
    const cdp = await cleo.context.newCDPSession(cleo.page);
    const data = { items: [{ mimeType: "text/plain", data: "A\r\nB😀\rC" }], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await cdp.send("Input.dispatchDragEvent", { type, ...place, data });
    await cleo.room.untilText("what was dropped", (text) => text.includes("B😀"));
    await keyboard().type("!");
    expect(await agree()).toBe("one\nA\nB😀\nC!two\n");
  });

  it("a file that is dropped becomes text, and does not take the room's place", async () => {
    const { begin, agree, cleo } = shared;
    await begin("one\n");
    await cleo.page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["x = 1\r\n"], "a.js", { type: "text/javascript" }));
      const lines = document.querySelector(".monaco-editor .view-lines");
      const { left: clientX = 0, top: clientY = 0 } = lines?.getBoundingClientRect() ?? {};
      const event = { dataTransfer, clientX, clientY, bubbles: true, cancelable: true };
      const isTaken = ["dragover", "drop"].map((type) => !lines?.dispatchEvent(new DragEvent(type, event)));
      if (isTaken.includes(false)) throw new Error("The browser would open the file.");
    });
    await cleo.room.untilText("the file's text", (text) => text.includes("x = 1"));
    expect(await agree()).toBe("x = 1\none\n");
  });

  it("a paste of a megabyte is saved piece by piece, which is said, while others type, and undone in one step", async () => {
    const { begin, ada, cleo, agree } = shared;
    const before = "// Ada: \n\n";
    await begin(before);
    await cleo.room.press("ControlOrMeta+End");
    const line = (index: number) => `const v_${index} = ["😀", ${index}]; // ${"x".repeat(40)}\n`;
    const pasted = Array.from({ length: 20_000 }, (_, index) => line(index))
      .join("")
      .slice(0, 1_000_000);
    const stop = adaTypes("// Ada: ", 200);
    const pieces = await shared.operationsOf(async () => {
      await cleo.room.paste(pasted);
      await until("it is said that not all is saved", async () => (await cleo.room.connectionText()) === "Saving…", {
        everyMs: 5,
      });
      await cleo.room.saved(60_000);
      // It is not said before it is so.
      expect((await shared.house.savedText(shared.sessionId))?.endsWith(pasted)).toBe(true);
      const { typed, longest } = await stop();
      expect(typed.length).toBeGreaterThan(3);
      expect(longest).toBeLessThan(10_000);
      await ada.sees("both", (text) => text === `// Ada: ${typed}\n\n${pasted}`);
    });
    expect(pieces).toBeGreaterThan(10);
    await cleo.room.press("ControlOrMeta+Z");
    await ada.sees("the paste undone", (text) => text.length < 10_000, 20_000);
    expect(await agree()).toMatch(/^\/\/ Ada: \w+\n\n$/);
  }, 90_000);

  it("what a document has no room for is refused as a whole, which is said; what takes the place of enough is not", async () => {
    const { begin, agree, cleo } = shared;
    await begin("some text\n");
    await keyboard().press("End");
    const before = shared.ada.seen.length;
    await cleo.room.paste("too much\n".repeat(120_000));
    await cleo.page.getByText("That was not put in").waitFor();
    await keyboard().type("!");
    expect(await agree()).toBe("some text!\n");
    // Nothing of it was ever sent, and nothing to take it back.
    expect(shared.ada.seen.slice(before).map(({ operation }) => operation)).toEqual([[9, "!"]]);
    await cleo.page.getByRole("button", { name: "Dismiss" }).click();
    await begin("old\n".repeat(175_000));
    await cleo.room.press("ControlOrMeta+A");
    await cleo.room.paste("new\n".repeat(175_000));
    await shared.ada.sees("the new text", (text) => text === "new\n".repeat(175_000), 30_000);
    await cleo.room.saved();
  }, 90_000);

  it("under Windows lines end as everywhere, and a byte order mark counts", async () => {
    const { begin, ada, cleo } = shared;
    await begin("one\ntwo\nthree\n");
    ada.write(0, "\ufeff");
    await ada.saved();
    const cdp = await cleo.context.newCDPSession(cleo.page);
    const userAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36";
    await cdp.send("Emulation.setUserAgentOverride", { userAgent, platform: "Win32" });
    await cleo.page.reload();
    await cleo.room.ready();
    await cleo.room.press("ControlOrMeta+End");
    await keyboard().type("four");
    await keyboard().press("Enter");
    await keyboard().type("five");
    await ada.sees("two more lines", (text) => text === "\ufeffone\ntwo\nthree\nfour\nfive");
    await cleo.room.press("ControlOrMeta+A");
    await keyboard().press("Delete");
    await cleo.room.paste("a\r\nb\r\n");
    await keyboard().type("!");
    await ada.sees("what was pasted and typed", (text) => text === "a\nb\n!");
    await cleo.room.saved();
  }, 30_000);

  /** Pastes what no clipboard would keep as it is. */
  const pasteAsIs = async (text: string): Promise<void> => {
    await shared.cleo.room.focus();
    await shared.cleo.page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", pasted);
      const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(paste);
    }, text);
  };
});
