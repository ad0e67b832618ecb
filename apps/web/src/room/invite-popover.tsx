import { Popover } from "@base-ui/react/popover";
import { createInvite, listInvites, revokeInvite, type Invite } from "@greenroom/shared/api/session-routes.ts";
import type { Role } from "@greenroom/shared/roles.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { AccessSource } from "../api/access.ts";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { roleText } from "../presence/role-text.ts";
import { Button } from "../ui/button.tsx";
import { CopyLink } from "../ui/copy-link.tsx";
import { SelectField } from "../ui/field.tsx";
import { formatTime, formatUntil } from "../ui/format-time.ts";
import { Icon } from "../ui/icon.tsx";
import { useKeyboardKept } from "../ui/keyboard-place.ts";
import { Notice } from "../ui/notice.tsx";

interface InviteProps {
  readonly sessionId: string;
  readonly access: AccessSource;
}

const roles = ["candidate", "interviewer", "observer"] as const satisfies readonly Role[];

export function InvitePopover(props: InviteProps): ReactElement {
  return (
    <Popover.Root>
      <Popover.Trigger className="btn is-primary">
        <Icon name="people" />
        Invite
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="popover-place" sideOffset={8} align="end" collisionPadding={12}>
          <Popover.Popup className="popover">
            <Popover.Title render={<h2>Invite to this session</h2>} />
            <Invites {...props} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Invites({ sessionId, access }: InviteProps): ReactElement {
  const queryClient = useQueryClient();
  const part = useKeyboardKept<HTMLDivElement>();
  const queryKey = ["invites", sessionId];
  const reload = () => queryClient.invalidateQueries({ queryKey });
  const making = useMutation({
    mutationFn: (role: Role) => callRoute(createInvite, { params: { sessionId }, body: { role } }, access),
    onSuccess: reload,
  });
  const open = useQuery({
    queryKey,
    queryFn: async () => {
      const { invites } = await callRoute(listInvites, { params: { sessionId } }, access);
      return invites.filter((one) => one.revokedAt === null && one.expiresAt > Date.now());
    },
  });
  const revoking = useMutation({
    mutationFn: (inviteId: string) => callRoute(revokeInvite, { params: { sessionId, inviteId } }, access),
    onSettled: reload,
  });
  const error = making.error ?? revoking.error ?? open.error;
  return (
    <div ref={part} className="invites">
      <InviteForm onMake={(role) => making.mutate(role)} isBusy={making.isPending} />
      {error && <Notice tone="error">{failureText(error)}</Notice>}
      {making.data && (
        <div className="field">
          <CopyLink url={making.data.url} label={`Link for ${roleText[making.data.invite.role].label.toLowerCase()}`} />
          <p className="field-hint">
            Shown this once. Whoever has it can come in as {roleText[making.data.invite.role].label.toLowerCase()}; it
            expires {formatUntil(making.data.invite.expiresAt)}.
          </p>
        </div>
      )}
      <OpenInvites invites={open.data ?? []} revoke={(inviteId) => revoking.mutate(inviteId)} />
    </div>
  );
}

function InviteForm({ onMake, isBusy }: { onMake: (role: Role) => void; isBusy: boolean }): ReactElement {
  const [role, setRole] = useState<Role>("candidate");
  return (
    <form
      className="invite-form"
      onSubmit={(event) => {
        event.preventDefault();
        onMake(role);
      }}
    >
      <SelectField
        label="Role"
        value={role}
        onChange={({ target }) => setRole(roles.find((one) => one === target.value) ?? "candidate")}
      >
        {roles.map((one) => (
          <option key={one} value={one}>
            {roleText[one].label}: {roleText[one].explanation}
          </option>
        ))}
      </SelectField>
      <Button type="submit" disabled={isBusy}>
        {isBusy ? "Making…" : "Create link"}
      </Button>
    </form>
  );
}

function OpenInvites({ invites, revoke }: { invites: readonly Invite[]; revoke: (id: string) => void }) {
  if (invites.length === 0) return null;
  return (
    <section className="list-section" aria-labelledby="open-invites">
      <h2 id="open-invites">Links that let people in</h2>
      <ul className="invite-list">
        {invites.map(({ inviteId, role, createdAt, expiresAt }) => (
          <li key={inviteId}>
            <span>
              {roleText[role].label}
              <span className="row-detail">
                {" "}
                · made {formatTime(createdAt)} · expires {formatUntil(expiresAt)}
              </span>
            </span>
            <Button
              look="small"
              onClick={() => revoke(inviteId)}
              aria-label={`Revoke the ${role} link made ${formatTime(createdAt)}`}
              title="Whoever came in by it leaves within seconds"
            >
              Revoke
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
