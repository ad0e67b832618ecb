import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { openPage } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import type { House } from "../../../../apps/web/e2e/support/house.ts";
import { RoomPage } from "../../../../apps/web/e2e/support/room-page.ts";

const execute = promisify(execFile);
const runs = 30;
const warmUpRuns = 3;

/** Click on Run → the program's first output stands in the page, warm, Python; milliseconds. */
export async function measureRuns(house: House, browser: Browser): Promise<number[]> {
  const sessionId = await house.createSession();
  const { context, page } = await openPage(browser);
  await page.goto(await house.invite(sessionId, "interviewer"));
  await page.getByLabel(/name/i).fill("Grace");
  await page.keyboard.press("Enter");
  const room = new RoomPage(page);
  await room.ready();
  await until("Python is ready to run", () => room.runButton.isEnabled(), { withinMs: 120_000 });
  const times: number[] = [];
  for (let run = 0; run < runs + warmUpRuns; run++) {
    const marker = `marker ${run} of ${Date.now()}`;
    await room.replaceAll(`print("${marker}")\n`);
    await room.saved();
    times.push(await clickAndWait(room, marker));
    await room.untilOutput("the run has ended", (text) => text.includes(marker) && /exit code 0/i.test(text));
  }
  await context.close();
  return times.slice(warmUpRuns);
}

/** Clicks inside the page and waits inside the page, so that driving the browser is no part of the time. */
async function clickAndWait(room: RoomPage, marker: string): Promise<number> {
  const output = await room.output.elementHandle();
  const button = await room.runButton.elementHandle();
  return await room.page.evaluate(
    ({ output, button, marker }) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        const observer = new MutationObserver(() => {
          if (!output?.textContent?.includes(marker)) return;
          observer.disconnect();
          resolve(performance.now() - start);
        });
        if (output) observer.observe(output, { childList: true, subtree: true, characterData: true });
        if (button instanceof HTMLElement) button.click();
      }),
    { output, button, marker },
  );
}

/** The floors: the engine itself, into a container that runs already, and with a fresh container; milliseconds. */
export async function measureEngine(): Promise<Record<string, number[]>> {
  const { stdout } = await execute("docker", [
    "images",
    "greenroom/sandbox-python",
    "--format",
    "{{.Repository}}:{{.Tag}}",
  ]);
  const image = stdout.split("\n")[0] ?? "";
  const hello = ["python3", "-c", "print(1)"];
  const kept = (
    await execute("docker", ["run", "-d", "--rm", "--network", "none", "--entrypoint", "sleep", image, "600"])
  ).stdout;
  const exec: number[] = [];
  const fresh: number[] = [];
  for (let round = 0; round < 10; round++) {
    exec.push(await timed("docker", ["exec", kept.trim(), ...hello]));
    fresh.push(
      await timed("docker", ["run", "--rm", "--network", "none", "--entrypoint", "python3", image, "-c", "print(1)"]),
    );
  }
  await execute("docker", ["rm", "-f", kept.trim()]);
  return { "docker-exec": exec, "docker-run": fresh };
}

async function timed(command: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  await execute(command, args);
  return performance.now() - start;
}
