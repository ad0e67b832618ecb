import type { ReactElement } from "react";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { chooseTheme, useTheme } from "./theme.ts";

export function ThemeToggle(): ReactElement {
  const other = useTheme() === "dark" ? "light" : "dark";
  const label = `Switch to ${other} theme`;
  return (
    <Button look="quiet icon" aria-label={label} title={label} onClick={() => chooseTheme(other)}>
      <Icon name={other === "light" ? "sun" : "moon"} />
    </Button>
  );
}
