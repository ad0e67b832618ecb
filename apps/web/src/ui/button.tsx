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

/** While it is disabled it keeps the keyboard, which the browser's own `disabled` would throw back to the page's top. */
export function Button(props: ButtonProps): ReactElement {
  const { look, className, type = "button", disabled = false, onClick, ...rest } = props;
  return (
    <button
      {...rest}
      type={type}
      className={className ? `${buttonClass(look)} ${className}` : buttonClass(look)}
      aria-disabled={disabled || undefined}
      onClick={(event) => (disabled ? event.preventDefault() : onClick?.(event))}
    />
  );
}
