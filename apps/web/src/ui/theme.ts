import { createStore, useStore } from "../room/store.ts";

export type Theme = "light" | "dark";
const key = "greenroom.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen(): Theme | undefined {
  const stored = localStorage.getItem(key);
  return stored === "light" || stored === "dark" ? stored : undefined;
}

const current = (): Theme => chosen() ?? (system.matches ? "dark" : "light");
const theme = createStore<Theme>(current());

function show(): void {
  const choice = chosen();
  if (choice) document.documentElement.dataset["theme"] = choice;
  else delete document.documentElement.dataset["theme"];
  theme.set(current());
}

/** Follows the system until a person chooses, and remembers the choice. To be called once. */
export function startTheme(): void {
  system.addEventListener("change", show);
  // Another tab chose.
  window.addEventListener("storage", show);
  show();
}

export function chooseTheme(choice: Theme): void {
  localStorage.setItem(key, choice);
  show();
}

/** For what draws outside React. */
export const watchTheme = (listener: () => void): (() => void) => theme.subscribe(listener);

export const useTheme = (): Theme => useStore(theme);
