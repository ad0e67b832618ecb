import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { failureCode, failureText } from "../api/failure-text.ts";
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
  const code = failureCode(error);
  if (code === "registration-closed") return <RegistrationClosed error={error} />;
  return (
    <FullPage title="This page could not be opened">
      <Notice tone="error">{failureText(error)}</Notice>
      {code === undefined ? (
        // A part of the page that could not be fetched is asked for again by a reload alone.
        <Button look="primary" onClick={() => location.reload()}>
          Reload the page
        </Button>
      ) : (
        <Button look="primary" onClick={() => void router.invalidate()}>
          Try again
        </Button>
      )}
    </FullPage>
  );
}

function RegistrationClosed({ error }: { error: unknown }): ReactElement {
  return (
    <FullPage title="An account needs an invite">
      <p className="muted">{failureText(error)} Candidates need no account: they open the link they were sent.</p>
      <Link to={paths.login} className={buttonClass("primary large")}>
        Sign in
      </Link>
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
