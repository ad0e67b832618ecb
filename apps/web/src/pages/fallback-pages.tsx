import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { failureText } from "../api/failure-text.ts";
import { paths } from "../paths.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { FullPage } from "../ui/full-page.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";

export function NotFoundPage(): ReactElement {
  return (
    <FullPage title="There is no such page">
      <p className="muted">The address may be mistyped, or what was here is gone.</p>
      <Link to={paths.dashboard} className={buttonClass("primary")}>
        Go to the sessions
      </Link>
    </FullPage>
  );
}

export function ErrorPage({ error }: ErrorComponentProps): ReactElement {
  const router = useRouter();
  return (
    <FullPage title="This page could not be opened">
      <Notice tone="error">{failureText(error)}</Notice>
      <Button look="primary" onClick={() => void router.invalidate()}>
        Try again
      </Button>
    </FullPage>
  );
}

export function PendingPage(): ReactElement {
  return (
    <FullPage title="One moment">
      <Spinner label="Asking the server…" />
    </FullPage>
  );
}
