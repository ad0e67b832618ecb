import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { openPage } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";

export interface EnterOptions {
  readonly link: string;
  readonly name: string;
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  /** Before the first page is opened. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>;
}

/** Comes into a room by a link, as a person of their own. */
export async function enterRoom(
  browser: Browser,
  options: EnterOptions,
): Promise<{ context: BrowserContext; page: Page; room: RoomPage }> {
  const { context, page } = await openPage(browser, options);
  await options.prepare?.(context);
  await page.goto(options.link);
  await page.getByLabel("Your name").fill(options.name);
  await page.keyboard.press("Enter");
  const room = new RoomPage(page);
  await room.ready();
  return { context, page, room };
}

/** A room as the person in front of it has it: everything is found by its role and name, as a screen reader would. */
export class RoomPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get editor(): Locator {
    return this.page.getByRole("textbox", { name: /code editor/i });
  }

  get connection(): Locator {
    return this.page.getByRole("status", { name: "Connection" });
  }

  get output(): Locator {
    return this.page.getByRole("region", { name: "Output" });
  }

  get runButton(): Locator {
    return this.page.getByRole("button", { name: "Run", exact: true });
  }

  /** Waits until one can type. */
  async ready(): Promise<void> {
    await this.editor.waitFor({ state: "attached" });
    await this.saved();
  }

  /** Waits until the status line says that everything is saved. */
  async saved(withinMs = 15_000): Promise<void> {
    await until("all changes are saved", async () => /all changes saved/i.test(await this.connectionText()), {
      withinMs,
      seen: () => this.connectionText(),
    });
  }

  async connectionText(): Promise<string> {
    return (await this.connection.textContent().catch(() => "")) ?? "";
  }

  /** The lines that the editor draws, from the top, as they are read. */
  async text(): Promise<string> {
    return await this.page.evaluate(() => {
      const lines = [...document.querySelectorAll<HTMLElement>(".monaco-editor .view-lines .view-line")];
      return lines
        .toSorted((a, b) => Number.parseFloat(a.style.top) - Number.parseFloat(b.style.top))
        .map((line) => (line.textContent ?? "").replaceAll("\u00a0", " ").replaceAll("\u200b", ""))
        .join("\n");
    });
  }

  async untilText(what: string, holds: (text: string) => boolean, withinMs = 10_000): Promise<string> {
    return await until(
      what,
      async () => {
        const text = await this.text();
        return holds(text) ? text : undefined;
      },
      { withinMs, seen: () => this.text() },
    );
  }

  /** The whole text, however long (but not an empty one): by the clipboard, as a person would take it. */
  async wholeText(): Promise<string> {
    await this.page.bringToFront();
    await this.press("ControlOrMeta+A");
    await this.press("ControlOrMeta+C");
    return await this.page.evaluate(() => navigator.clipboard.readText());
  }

  async focus(): Promise<void> {
    await this.editor.focus();
  }

  /** Types with real key presses at the caret. */
  async type(text: string): Promise<void> {
    await this.focus();
    await this.page.keyboard.type(text);
  }

  async press(keys: string): Promise<void> {
    await this.focus();
    await this.page.keyboard.press(keys);
  }

  /** Replaces the whole program by a paste: no auto-indent, no auto-closed brackets. */
  async replaceAll(text: string): Promise<void> {
    await this.press("ControlOrMeta+A");
    await this.paste(text);
    await this.untilText("what was pasted", (shown) => shown.trimEnd() === text.trimEnd());
  }

  async paste(text: string): Promise<void> {
    await this.page.bringToFront();
    await this.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await this.press("ControlOrMeta+V");
  }

  async run(): Promise<void> {
    await this.runButton.click();
  }

  async stop(): Promise<void> {
    await this.page.getByRole("button", { name: /^stop/i }).click();
  }

  async untilOutput(what: string, holds: (text: string) => boolean, withinMs = 20_000): Promise<string> {
    return await until(
      what,
      async () => {
        const text = (await this.output.textContent()) ?? "";
        return holds(text) ? text : undefined;
      },
      { withinMs, seen: () => this.output.textContent() },
    );
  }
}
