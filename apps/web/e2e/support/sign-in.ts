import type { Page } from "playwright-core";
import { administrator } from "./house.ts";

/** Signs the administrator in, who must exist already. */
export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(new URL("/login", url).href);
  await page.getByLabel("E-mail").fill(administrator.email);
  await page.getByLabel("Password").fill(administrator.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Sessions" }).waitFor();
}
