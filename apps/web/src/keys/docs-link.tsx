import type { ReactElement } from "react";

/** Opens beside this page: what is shown here may be shown once. */
export function DocsLink(): ReactElement {
  return (
    <a href="/api/docs" target="_blank" rel="noreferrer">
      API documentation <span className="visually-hidden">(opens in a new tab)</span>
    </a>
  );
}
