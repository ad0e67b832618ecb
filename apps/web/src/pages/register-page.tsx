import { Link, useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { paths } from "../paths.ts";
import { FullPage } from "../ui/full-page.tsx";
import { AccountForm } from "./account-form.tsx";

export function RegisterPage(): ReactElement {
  const { invite } = useParams({ strict: false });
  return (
    <FullPage title="Create your account">
      <p className="muted">
        {invite ? "You were invited to interview with Greenroom." : "An account is for those who interview."} Candidates
        need none.
      </p>
      <AccountForm invite={invite} submit="Create account" />
      <p className="muted">
        You have an account already? <Link to={paths.login}>Sign in</Link>
      </p>
    </FullPage>
  );
}
