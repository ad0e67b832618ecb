// Takes the pictures of the README from a real interview: node apps/web/e2e/screenshots.ts
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { findBaseImage } from "../../../scripts/prepare/base-image.ts";
import { buildWebApp } from "../../../scripts/stack/web-app.ts";
import { type House, openHouse } from "./support/house.ts";
import { enterRoom } from "./support/room-page.ts";

const folder = fileURLToPath(new URL("../../../docs/screenshots", import.meta.url));

const program = `import sys


def two_sum(numbers, target):
    """Where two numbers stand that add up to the target."""
    seen = {}
    for index, number in enumerate(numbers):
        other = target - number
        if other in seen:
            return seen[other], index
        seen[number] = index
    return None


if __name__ == "__main__":
    target = int(input())
    numbers = [int(word) for word in input().split()]
    print("looking for", target, "in", len(numbers), "numbers", file=sys.stderr)
    print(two_sum(numbers, target))
`;

async function selectLine(page: Page, line: number): Promise<void> {
  await page.keyboard.press("ControlOrMeta+Home");
  for (let down = 1; down < line; down++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
}

async function takePictures(house: House, browser: Browser): Promise<void> {
  const sessionId = await house.createSession({ title: "Backend engineer, first round" });
  const candidateLink = await house.invite(sessionId, "candidate");

  const join = await openPage(browser, { width: 1440, height: 900, colorScheme: "light" });
  await join.page.goto(candidateLink);
  await join.page.getByLabel("Your name").fill("Cleo Park");
  await save(join.page, "join-light.png");

  const interviewerLink = await house.invite(sessionId, "interviewer");
  const size = { width: 1440, height: 900 };
  const enter = async (link: string, name: string, colorScheme: "light" | "dark") =>
    (await enterRoom(browser, { link, name, colorScheme, ...size })).room;
  const ada = await enter(interviewerLink, "Ada Admin", "dark");
  const cleo = await enter(candidateLink, "Cleo Park", "light");
  await cleo.focus();
  await cleo.page.keyboard.press("ControlOrMeta+A");
  await cleo.page.keyboard.insertText(program);
  await ada.untilText("the program", (text) => text.includes("two_sum(numbers, target))"));
  await ada.page.getByLabel("Program input").fill("9\n2 7 11 15");
  const runButton = ada.page.getByRole("button", { name: "Run", exact: true });
  await until("programs can be run", () => runButton.isEnabled(), { withinMs: 300_000, everyMs: 500 });
  await runButton.click();
  await ada.untilOutput("the result", (text) => text.includes("exit code 0"));
  await cleo.focus();
  await selectLine(cleo.page, 9);
  await ada.page.locator(".remote-selection").first().waitFor();
  await save(ada.page, "room-dark.png");
  await selectLine(ada.page, 4);
  await save(cleo.page, "room-light.png");
}

async function save(page: Page, name: string): Promise<void> {
  await page.bringToFront();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, name), animations: "disabled" });
}

mkdirSync(folder, { recursive: true });
await buildWebApp();
const house = await openHouse({ env: { SANDBOX_BASE_IMAGE: await findBaseImage() } });
const browser = await launchBrowser();
try {
  await takePictures(house, browser);
} finally {
  await browser.close();
  await house.close();
}
