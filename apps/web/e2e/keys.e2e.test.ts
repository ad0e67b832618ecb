import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createAccountInvite, register } from "@greenroom/shared/api/auth-routes.ts";
import { apiKeyPattern, apiKeyPrefix, listApiKeys } from "@greenroom/shared/api/key-routes.ts";
import { pistonExecute } from "@greenroom/shared/api/piston-routes.ts";
import { listLanguages, type RunRecord } from "@greenroom/shared/api/run-routes.ts";
import { launchBrowser, openPage } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { call } from "./support/api.ts";
import { type House, openHouse } from "./support/house.ts";
import { signIn } from "./support/sign-in.ts";

/** A revoked key opens nothing after so long, in milliseconds. */
const revokedWithinMs = 5_000;

/** A key from the form to the last program that is refused. Each step goes on from the one before. */
describe("an API key", () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let secret = "";
  let faults: () => readonly string[] = () => [];

  beforeAll(async () => {
    house = await openHouse();
    browser = await launchBrowser();
    await house.administratorToken();
    const opened = await openPage(browser);
    ({ page } = opened);
    faults = () => opened.faults;
    await signIn(page, house.url);
  }, 120_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await page.screenshot({ path: `.data/e2e-failures/${task.id}.png` });
  });

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const dialog = () => page.getByRole("dialog");
  const keys = async () => (await call(house.url, listApiKeys, { token: await house.administratorToken() })).body.keys;

  it("is asked for in a form that says what is wrong next to the field, and loses nothing when it fails", async () => {
    await page.getByRole("link", { name: "API keys" }).click();
    await page.getByText("There is no key yet.").waitFor();
    await page.getByRole("button", { name: "New key" }).click();
    await until("the keyboard is in the name", () => hasKeyboard(page, "Name"));
    await dialog().getByLabel("Runs a day").fill("10,000,001");
    await dialog().getByLabel("Runs at once").fill("some");
    await dialog().getByRole("button", { name: "Make key" }).click();
    await dialog().getByText("Give it a name.").waitFor();
    await dialog().getByText("A whole number from 1 to 10,000,000.").waitFor();
    await dialog().getByText("A whole number from 1 to 1,000.").waitFor();
    await until("the keyboard is where something is missing", () => hasKeyboard(page, "Name"));
    await page.keyboard.type("Course judge");
    await dialog().getByLabel("Runs a day").fill("1,000,000");
    await dialog().getByLabel("Runs at once").fill("4");
    await page.context().setOffline(true);
    await page.keyboard.press("Enter");
    await dialog().getByText("The server does not answer.").waitFor();
    await page.context().setOffline(false);
    expect(await dialog().getByLabel("Name").inputValue()).toBe("Course judge");
    expect(await dialog().getByLabel("Runs a day").inputValue()).toBe("1,000,000");
    expect(await keys()).toEqual([]);
  });

  it("is shown once, and not lost by accident", async () => {
    await dialog().getByRole("button", { name: "Make key" }).click();
    await until("the keyboard is on Copy", () => hasKeyboard(page, "Copy the key"));
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").getByText("You have not copied it").waitFor();
    await page.keyboard.press("Escape");
    await page.goBack();
    await page.getByRole("alertdialog").getByRole("button", { name: "Back to the key" }).click();
    expect(new URL(page.url()).pathname).toBe("/keys");
    secret = await copied("key");
    expect(secret).toMatch(new RegExp(apiKeyPattern));
    await dialog().getByText("Copied", { exact: true }).waitFor();
  });

  it("comes with a command that runs a program when it is pasted", async () => {
    const pythonIsReady = async () => {
      const { body } = await call(house.url, listLanguages, { token: secret });
      return body.languages.some(({ language, state }) => language === "python" && state === "ready");
    };
    await until("Python can be run", pythonIsReady, { withinMs: 240_000, everyMs: 250 });
    const { stdout } = await promisify(execFile)("bash", ["-c", await copied("command")]);
    // What came is looked at below.
    const run = JSON.parse(stdout) as RunRecord;
    expect(run).toMatchObject({ state: "ended", output: { stdout: { text: "42\n" } } });
  }, 300_000);

  it("comes with a base URL that clients made for Piston need and nothing else", async () => {
    const body = { language: "python", version: "*", files: [{ content: "print('hello')" }] };
    const answer = await fetch(`${await copied("base URL")}/execute`, { method: "POST", body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ run: { stdout: "hello\n", code: 0 } });
  });

  it("is nowhere once its dialog is closed: not in the page, its address or its storage, nor in a log", async () => {
    expect(await dialog().innerHTML()).toContain(secret);
    await dialog().getByRole("button", { name: "Done" }).click();
    await dialog().waitFor({ state: "detached" });
    await until("the keyboard is where it came from", () => hasKeyboard(page, "New key"));
    const [key] = await keys();
    await page.getByText(`${key?.hint}…`).waitFor();
    const kept = await page.evaluate(() =>
      JSON.stringify([
        document.documentElement.outerHTML,
        location.href,
        history.state,
        { ...localStorage },
        { ...sessionStorage },
        document.cookie,
      ]),
    );
    expect(kept).toContain(key?.hint);
    expect(kept).not.toContain(secret);
    const folder = join(house.dataDir, "logs");
    const logs = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(logs.join("\n")).toContain("API key made");
    expect(logs.join("\n")).not.toContain(secret.slice(apiKeyPrefix.length));
  });

  it("tells who made it and that it was used, and is changed without losing what is not touched", async () => {
    const row = page.getByRole("listitem").filter({ hasText: "Course judge" });
    await row.getByText("300 runs a minute, 1,000,000 a day, 4 at once").waitFor();
    await row.getByText(/Made by Ada Admin, .* · last used/).waitFor();
    await row.getByRole("button", { name: "Change “Course judge”" }).click();
    await dialog().getByLabel("Name").fill("Nightly");
    await dialog().getByLabel("Runs at once").fill("0");
    await page.keyboard.press("Enter");
    await until("the keyboard is where something is wrong", () => hasKeyboard(page, "Runs at once"));
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("2");
    await page.keyboard.press("Enter");
    await page.getByText("300 runs a minute, 1,000,000 a day, 2 at once").waitFor();
    await until("the keyboard is where it came from", () => hasKeyboard(page, "Change “Nightly”"));
    expect(await keys()).toMatchObject([{ name: "Nightly", runsPerMinute: 300, runsPerDay: 1_000_000, runsAtOnce: 2 }]);
  });

  it("is revoked when that was confirmed, and opens nothing five seconds later", async () => {
    await page.getByRole("button", { name: "Revoke “Nightly”" }).click();
    await page.getByRole("alertdialog").getByText("Within five seconds").waitFor();
    await page.keyboard.press("Escape");
    await until("the keyboard is where it came from", () => hasKeyboard(page, "Revoke “Nightly”"));
    expect((await call(house.url, listLanguages, { token: secret })).status).toBe(200);
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("1 revoked key").waitFor();
    await until("the keyboard is in the list still", () => hasKeyboard(page, "Keys"));
    const isRefused = async () => (await call(house.url, listLanguages, { token: secret })).status === 401;
    await until("the key is refused", isRefused, { withinMs: revokedWithinMs });
    const viaPath = new URL(`/k/${secret}${pistonExecute.path}`, house.url);
    expect((await fetch(viaPath, { method: "POST", body: "{}" })).status).toBe(401);
    await page.getByText("1 revoked key").click();
    await page.getByRole("list", { name: "Revoked API keys" }).getByText("Nightly").waitFor();
  });

  it("is nothing that a member sees: no link, and in its place words", async () => {
    const token = await house.administratorToken();
    const invite = (await call(house.url, createAccountInvite, { token })).body.url.split("/").at(-1) ?? "";
    const account = { name: "Max", email: "max@example.org", password: "a very long password" };
    await call(house.url, register, { body: { ...account, invite } });
    const { page: members } = await openPage(browser);
    const asked: string[] = [];
    members.on("request", (request) => asked.push(request.url()));
    await signIn(members, house.url, account);
    expect(await members.getByRole("link", { name: "Problems" }).count()).toBe(1);
    expect(await members.getByRole("link", { name: "API keys" }).count()).toBe(0);
    await members.goto(new URL("/keys", house.url).href);
    await members.getByText("Only administrators make API keys").waitFor();
    expect(await members.getByRole("button", { name: "New key" }).count()).toBe(0);
    expect(asked.filter((url) => url.includes(listApiKeys.path))).toEqual([]);
  });

  it("the page had no error on its way through all this", () => {
    expect(faults().filter((fault) => !fault.includes("Failed to load resource"))).toEqual([]);
  });

  /** Presses one of the dialog's buttons to copy, and takes what is in the clipboard then. */
  async function copied(what: string): Promise<string> {
    await page.evaluate(() => navigator.clipboard.writeText(""));
    await dialog()
      .getByRole("button", { name: `Copy the ${what}` })
      .click();
    const text = async () => (await page.evaluate(() => navigator.clipboard.readText())) || undefined;
    return await until(`the ${what} is in the clipboard`, text);
  }
});

async function hasKeyboard(page: Page, name: string): Promise<boolean> {
  return await page.evaluate((wanted) => {
    const element = document.activeElement;
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element?.textContent;
    return (element?.getAttribute("aria-label") ?? label ?? "").trim() === wanted;
  }, name);
}
