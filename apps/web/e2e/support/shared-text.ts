import type { Browser } from "playwright-core";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import { launchBrowser } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { type House, openHouse, withoutRuns } from "./house.ts";
import { enterRoom } from "./room-page.ts";
import { Typist } from "./typist.ts";

/** One text under the hands of somebody at a page, Cleo, and of Ada, who types without one, over several sockets. */
export interface SharedText {
  readonly house: House;
  readonly browser: Browser;
  readonly sessionId: string;
  readonly cleo: Awaited<ReturnType<typeof enterRoom>>;
  readonly ada: Typist;
  /** Ada's sockets, the first one among them: each may send so many operations at once. */
  readonly typists: readonly Typist[];
  /** Ada puts a text in place of all; Cleo's caret is at its beginning. */
  begin(text: string): Promise<void>;
  /** Waits until page, sockets and database have one text, and answers with it. */
  agree(): Promise<string>;
  /** How many operations of Cleo's it took until all agreed. */
  operationsOf(act: () => Promise<void>): Promise<number>;
  close(): Promise<void>;
}

export async function openSharedText(options: { language: LanguageId; sockets: number }): Promise<SharedText> {
  await using opened = new AsyncDisposableStack();
  const house = await openHouse({ services: withoutRuns });
  opened.defer(() => house.close());
  const browser = await launchBrowser();
  opened.defer(() => browser.close());
  const sessionId = await house.createSession({ language: options.language });
  const cleo = await enterRoom(browser, { link: await house.invite(sessionId, "candidate"), name: "Cleo" });
  const { accessToken } = await house.redeem(await house.invite(sessionId, "interviewer"), "Ada");
  const ada = await Typist.create({ url: house.url, sessionId, accessToken });
  const typists = [ada];
  while (typists.length < options.sockets)
    typists.push(await Typist.create({ url: house.url, sessionId, accessToken }));
  opened.defer(() => typists.forEach((typist) => typist.close()));

  const pageHas = async (text: string) =>
    await until("the page has the text", async () => (await cleo.room.wholeText()) === text, { withinMs: 20_000 });
  const agree = async () => {
    await cleo.room.saved(30_000);
    for (const typist of typists) await typist.saved();
    const agreed = await until("the database and all sockets have one text", async () => {
      const text = await house.savedText(sessionId);
      return text !== undefined && typists.every(({ client }) => client.text === text) ? { text } : undefined;
    });
    await pageHas(agreed.text);
    return agreed.text;
  };
  const owned = opened.move();
  return {
    house,
    browser,
    sessionId,
    cleo,
    ada,
    typists,
    begin: async (text) => {
      ada.write(0, text, ada.client.text.length);
      await ada.saved();
      for (const typist of typists) await typist.sees("the text to begin with", (seen) => seen === text);
      await pageHas(text);
      await cleo.room.press("ControlOrMeta+Home");
    },
    agree,
    operationsOf: async (act) => {
      const before = ada.seen.length;
      await act();
      await agree();
      return ada.seen.length - before;
    },
    close: async () => await owned.disposeAsync(),
  };
}
