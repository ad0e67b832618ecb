import type { ReactElement } from "react";
import { FullPage } from "../ui/full-page.tsx";
import { AccountForm } from "./account-form.tsx";

export function SetupPage(): ReactElement {
  return (
    <FullPage title="Set up Greenroom">
      <p className="muted">Make the first account. It administers this server and can invite everybody else.</p>
      <AccountForm asksForSetupCode submit="Create administrator" />
    </FullPage>
  );
}
