import type { Page } from "playwright-core";
import { administrator } from "./house.ts";

/** Signs somebody in who has an account already: the administrator, unless it is said who. */
export async function signIn(
  page: Page,
  url: string,
  account: { readonly email: string; readonly password: string } = administrator,
): Promise<void> {
  await page.goto(new URL("/login", url).href);
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Sessions" }).waitFor();
}
