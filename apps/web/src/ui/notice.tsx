import type { ReactElement, ReactNode } from "react";

export interface NoticeProps {
  readonly tone?: "info" | "error" | "warning";
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** Not read out, because something else says it in a better way. */
  readonly isSilent?: boolean;
}

/** Something a person should know now; errors and warnings are read out at once. */
export function Notice({ tone = "info", children, action, isSilent = tone === "info" }: NoticeProps): ReactElement {
  return (
    <div className={`notice is-${tone}`} role={isSilent ? undefined : "alert"}>
      <div>{children}</div>
      {action}
    </div>
  );
}

export function Spinner({ label }: { label: string }): ReactElement {
  return (
    <span className="waiting">
      <span className="spinner" aria-hidden="true" /> {label}
    </span>
  );
}
