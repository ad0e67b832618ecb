import type { ButtonHTMLAttributes, ReactElement } from "react";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** One of: primary danger quiet small large icon wide, more of them separated by spaces. */
  readonly look?: string;
  readonly ref?: React.Ref<HTMLButtonElement>;
}

export function buttonClass(look = ""): string {
  const classes = look.split(" ").filter((word) => word !== "");
  return ["btn", ...classes.map((word) => `is-${word}`)].join(" ");
}

export function Button({ look, className, type = "button", ...rest }: ButtonProps): ReactElement {
  return (
    <button type={type} className={className ? `${buttonClass(look)} ${className}` : buttonClass(look)} {...rest} />
  );
}
