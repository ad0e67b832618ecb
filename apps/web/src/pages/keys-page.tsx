import { listApiKeys } from "@greenroom/shared/api/key-routes.ts";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { useAccount, userAccess } from "../auth/user-access.ts";
import { DocsLink } from "../keys/docs-link.tsx";
import { KeyList } from "../keys/key-list.tsx";
import { NewKeyDialog } from "../keys/new-key-dialog.tsx";
import { AppFrame } from "../ui/app-frame.tsx";
import { Button } from "../ui/button.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";
import { useTitle } from "../ui/use-title.ts";
import "../keys/keys.css";

/** The list is looked up again this often, in milliseconds: it says when a key was last used. */
const refreshMs = 10_000;

export function KeysPage(): ReactElement {
  useTitle("API keys");
  const account = useAccount();
  const isAdmin = account.status === "signed-in" && account.user.role === "admin";
  return (
    <AppFrame>
      {isAdmin ? (
        <Keys />
      ) : (
        <>
          <h1>API keys</h1>
          <Notice tone="warning">Only administrators make API keys and see them. Ask one of yours.</Notice>
        </>
      )}
    </AppFrame>
  );
}

function Keys(): ReactElement {
  const keys = useQuery({
    queryKey: ["api-keys"],
    queryFn: () => callRoute(listApiKeys, {}, userAccess),
    refetchInterval: refreshMs,
  });
  return (
    <>
      <div className="page-head">
        <div>
          <h1>API keys</h1>
          <p className="muted">
            With a key, a program of yours has code run and graded here. <DocsLink />
          </p>
        </div>
        <NewKeyDialog />
      </div>
      {keys.isPending && <Spinner label="Loading the keys…" />}
      {keys.isError && (
        <Notice
          tone="error"
          action={
            <Button look="small" onClick={() => void keys.refetch()}>
              Try again
            </Button>
          }
        >
          {failureText(keys.error)}
        </Notice>
      )}
      {keys.data && <KeyList keys={keys.data.keys} />}
    </>
  );
}
