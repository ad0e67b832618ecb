import type { Page } from "playwright-core";
import { RoomPage } from "../../../../apps/web/e2e/support/room-page.ts";

/** Joins the call of the room that this page shows, through its lobby. @param as the button that is pressed there */
export async function joinCall(page: Page, as: "Join without" | "Join with camera"): Promise<void> {
  await page.getByRole("button", { name: "Join call" }).click();
  await page.getByRole("button", { name: as }).click();
  await page.getByRole("complementary", { name: "Call", exact: true }).waitFor();
}

/** Comes into the room by a link, and into its call. */
export async function enterAndJoin(
  page: Page,
  options: { link: string; name: string; as: Parameters<typeof joinCall>[1] },
): Promise<void> {
  await page.goto(options.link);
  await page.getByLabel(/name/i).fill(options.name);
  await page.keyboard.press("Enter");
  await new RoomPage(page).ready();
  await joinCall(page, options.as);
}
