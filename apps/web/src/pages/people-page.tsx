import { changeUser, listUsers, type User } from "@greenroom/shared/api/auth-routes.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { useAccount, userAccess } from "../auth/user-access.ts";
import { AppFrame } from "../ui/app-frame.tsx";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";
import { useTitle } from "../ui/use-title.ts";
import { AccountInvites } from "./account-invites.tsx";

export function PeoplePage(): ReactElement {
  useTitle("People");
  const account = useAccount();
  const isAdmin = account.status === "signed-in" && account.user.role === "admin";
  return (
    <AppFrame>
      <h1>People</h1>
      {isAdmin ? (
        <>
          <AccountInvites />
          <Accounts ownId={account.user.userId} />
        </>
      ) : (
        <Notice tone="warning">Only administrators see who has an account. Ask one of yours.</Notice>
      )}
    </AppFrame>
  );
}

interface AccountChange {
  readonly disabled?: boolean;
  readonly role?: User["role"];
}

function Accounts({ ownId }: { ownId: string }): ReactElement {
  const queryClient = useQueryClient();
  const users = useQuery({ queryKey: ["users"], queryFn: () => callRoute(listUsers, {}, userAccess) });
  const changing = useMutation({
    mutationFn: ({ userId, ...body }: AccountChange & { userId: string }) =>
      callRoute(changeUser, { params: { userId }, body }, userAccess),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["users"] }),
  });
  return (
    <section className="list-section" aria-labelledby="accounts">
      <h2 id="accounts">Accounts</h2>
      {users.isPending && <Spinner label="Loading the accounts…" />}
      {users.isError && <Notice tone="error">{failureText(users.error)}</Notice>}
      {changing.isError && <Notice tone="error">{failureText(changing.error)}</Notice>}
      {users.data && (
        <ul className="entries">
          {users.data.users.map((user) => (
            <AccountRow
              key={user.userId}
              user={user}
              isSelf={user.userId === ownId}
              isBusy={changing.isPending}
              onChange={(change) => changing.mutate({ userId: user.userId, ...change })}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface AccountRowProps {
  readonly user: User;
  readonly isSelf: boolean;
  readonly isBusy: boolean;
  readonly onChange: (change: AccountChange) => void;
}

function AccountRow({ user, isSelf, isBusy, onChange }: AccountRowProps): ReactElement {
  return (
    <li className="entry">
      <span className="row-main">
        <span className="row-title">
          {user.name} {isSelf && <span className="tag">You</span>}{" "}
          {user.disabled && <span className="tag">Disabled</span>}
        </span>
        <span className="row-detail">{user.email}</span>
      </span>
      <SelectField
        label={`Role of ${user.name}`}
        isLabelHidden
        value={user.role}
        disabled={user.disabled}
        onChange={({ target }) => onChange({ role: target.value === "admin" ? "admin" : "member" })}
      >
        <option value="member">Member</option>
        <option value="admin">Administrator</option>
      </SelectField>
      <Button
        disabled={isBusy || isSelf}
        onClick={() => onChange({ disabled: !user.disabled })}
        aria-label={`${user.disabled ? "Enable" : "Disable"} the account of ${user.name}`}
      >
        {user.disabled ? "Enable" : "Disable"}
      </Button>
    </li>
  );
}
