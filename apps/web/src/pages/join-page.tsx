import { inspectInvite, redeemInvite, type InvitePreview } from "@greenroom/shared/api/auth-routes.ts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, type FormEvent, type ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureCode, failureText } from "../api/failure-text.ts";
import { guestSignedIn } from "../auth/guest-access.ts";
import { paths } from "../paths.ts";
import { roleText } from "../presence/role-text.ts";
import { prefetchRoom } from "../room/prefetch.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { FullPage } from "../ui/full-page.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";

const route = getRouteApi(paths.join);

/** A candidate's way in: what it is, a name, one button. */
export function JoinPage(): ReactElement {
  const { invite } = route.useParams();
  const preview = useQuery({
    queryKey: ["invite", invite],
    queryFn: () => callRoute(inspectInvite, { body: { invite } }),
    staleTime: Infinity,
  });
  useEffect(prefetchRoom, []);
  if (preview.isPending) {
    return (
      <FullPage title="Your interview">
        <Spinner label="Looking at your invite…" />
      </FullPage>
    );
  }
  if (preview.isError) {
    const code = failureCode(preview.error) ?? "";
    const title = invalidTitles[code] ?? "Your invite could not be opened";
    return (
      <FullPage title={title}>
        <p className="muted">{failureText(preview.error)}</p>
        <Button look={needAnother.has(code) ? "" : "primary"} onClick={() => void preview.refetch()}>
          Try again
        </Button>
      </FullPage>
    );
  }
  return <JoinForm invite={invite} preview={preview.data} />;
}

function JoinForm({ invite, preview }: { invite: string; preview: InvitePreview }): ReactElement {
  const navigate = useNavigate();
  const joining = useMutation({
    mutationFn: (name: string) => callRoute(redeemInvite, { body: { invite, name } }),
    onSuccess: (answer) => {
      guestSignedIn(answer);
      return navigate({ to: paths.guestRoom, params: { sessionId: answer.sessionId } });
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name") ?? "").trim();
    if (name !== "") joining.mutate(name);
  };
  return (
    <FullPage title={preview.sessionTitle}>
      <p className="muted">{roleText[preview.role].welcome} Everybody in the room sees your name and what you type.</p>
      <form className="form" onSubmit={send}>
        <TextField
          label="Your name"
          name="name"
          required
          maxLength={80}
          isStart
          autoComplete="name"
          defaultValue={preview.returningAs ?? ""}
        />
        {joining.isError && <Notice tone="error">{failureText(joining.error)}</Notice>}
        <Button type="submit" look="primary large wide" disabled={joining.isPending}>
          {joining.isPending ? "Joining…" : "Join"}
        </Button>
      </form>
    </FullPage>
  );
}

/** Another attempt will hardly help: what helps is another link. */
const needAnother = new Set(["invite-not-found", "bad-request", "invite-expired", "invite-revoked"]);

const invalidTitles: Record<string, string> = {
  "invite-not-found": "This invite is not known",
  "bad-request": "This invite is not known",
  "invite-expired": "This invite has expired",
  "invite-revoked": "This invite was taken back",
  unreachable: "No connection to the server",
};
