import {
  createAccountInvite,
  listAccountInvites,
  revokeAccountInvite,
  type AccountInvite,
} from "@greenroom/shared/api/auth-routes.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { Button } from "../ui/button.tsx";
import { CopyLink } from "../ui/copy-link.tsx";
import { formatInstant, formatUntil } from "../ui/format-time.ts";
import { useKeyboardKept } from "../ui/keyboard-place.ts";
import { Notice } from "../ui/notice.tsx";

/** Links with which colleagues make their accounts. */
export function AccountInvites(): ReactElement {
  const queryClient = useQueryClient();
  const section = useKeyboardKept<HTMLElement>();
  const reload = () => queryClient.invalidateQueries({ queryKey: ["account-invites"] });
  const invites = useQuery({
    queryKey: ["account-invites"],
    queryFn: () => callRoute(listAccountInvites, {}, userAccess),
  });
  const making = useMutation({ mutationFn: () => callRoute(createAccountInvite, {}, userAccess), onSuccess: reload });
  const revoking = useMutation({
    mutationFn: (accountInviteId: string) =>
      callRoute(revokeAccountInvite, { params: { accountInviteId } }, userAccess),
    onSettled: reload,
  });
  const open = invites.data?.accountInvites.filter(({ usedAt }) => usedAt === null) ?? [];
  const error = making.error ?? revoking.error ?? invites.error;
  return (
    <section ref={section} className="list-section" aria-labelledby="account-invites">
      <div className="page-head">
        <div>
          <h2 id="account-invites">Invite colleagues</h2>
          <p className="muted">A link lets one colleague make an account.</p>
        </div>
        <Button look="primary" onClick={() => making.mutate()} disabled={making.isPending}>
          Make invite link
        </Button>
      </div>
      {error && <Notice tone="error">{failureText(error)}</Notice>}
      {making.data && (
        <div className="field">
          <CopyLink url={making.data.url} label="Invite link for a colleague" />
          <p className="field-hint">Shown this once. Copy it now and send it to one person.</p>
        </div>
      )}
      {open.length > 0 && (
        <ul className="entries">
          {open.map((invite) => (
            <OpenInvite key={invite.accountInviteId} invite={invite} revoke={(id) => revoking.mutate(id)} />
          ))}
        </ul>
      )}
    </section>
  );
}

function OpenInvite({ invite, revoke }: { invite: AccountInvite; revoke: (id: string) => void }): ReactElement {
  const made = formatInstant(invite.createdAt);
  return (
    <li className="entry">
      <span className="row-main">
        <span className="row-title">Not used yet</span>
        <span className="row-detail">
          Made {made} · expires {formatUntil(invite.expiresAt)}
        </span>
      </span>
      <Button onClick={() => revoke(invite.accountInviteId)} aria-label={`Revoke the invite made ${made}`}>
        Revoke
      </Button>
    </li>
  );
}
