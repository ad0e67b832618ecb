import { revokeApiKey, type ApiKey } from "@greenroom/shared/api/key-routes.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { formatInstant } from "../ui/format-time.ts";
import { useKeyboardKept } from "../ui/keyboard-place.ts";
import { ChangeKey } from "./change-key.tsx";
import { formatCount } from "./key-draft.ts";

/** The keys that open something, and those that did. */
export function KeyList({ keys }: { keys: readonly ApiKey[] }): ReactElement {
  const part = useKeyboardKept<HTMLElement>();
  const good = keys.filter(({ revokedAt }) => revokedAt === null);
  const revoked = keys.filter(({ revokedAt }) => revokedAt !== null);
  return (
    <section ref={part} className="key-list" aria-label="Keys">
      {good.length === 0 && (
        <div className="empty">
          <p>
            {revoked.length > 0 ? "There is no key that opens anything." : "There is no key yet."} Make one for each
            program that runs code here, so that each can be revoked alone.
          </p>
        </div>
      )}
      {good.length > 0 && (
        <ul className="entries" aria-label="API keys">
          {good.map((key) => (
            <KeyRow key={key.keyId} apiKey={key} />
          ))}
        </ul>
      )}
      {revoked.length > 0 && (
        <details className="revoked-keys">
          <summary>{revoked.length === 1 ? "1 revoked key" : `${revoked.length} revoked keys`}</summary>
          <ul className="entries" aria-label="Revoked API keys">
            {revoked.map((key) => (
              <RevokedRow key={key.keyId} apiKey={key} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKey }): ReactElement {
  const { keyId, name } = apiKey;
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const revoking = useMutation({
    mutationFn: () => callRoute(revokeApiKey, { params: { keyId } }, userAccess),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["api-keys"] }),
  });
  const revoke = () => {
    setAsking(false);
    revoking.mutate();
  };
  return (
    <li className="entry">
      <span className="row-main">
        <KeyTitle apiKey={apiKey} />
        <span className="row-detail">{allowanceText(apiKey)}</span>
        <span className="row-detail">
          {madeText(apiKey)} · {usedText(apiKey.lastUsedAt)}
        </span>
        {revoking.isError && (
          <span className="field-error" role="alert">
            It was not revoked. {failureText(revoking.error)}
          </span>
        )}
      </span>
      <span className="key-actions">
        <ChangeKey apiKey={apiKey} />
        <Button disabled={revoking.isPending} onClick={() => setAsking(true)} aria-label={`Revoke “${name}”`}>
          Revoke
        </Button>
      </span>
      <ConfirmDialog
        isOpen={isAsking}
        title={`Revoke “${name}”?`}
        confirm="Revoke"
        cancel="Keep it"
        onConfirm={revoke}
        onCancel={() => setAsking(false)}
      >
        <RevokeWarning apiKey={apiKey} />
      </ConfirmDialog>
    </li>
  );
}

function RevokeWarning({ apiKey }: { apiKey: ApiKey }): ReactElement {
  const { hint, lastUsedAt } = apiKey;
  return (
    <div className="key-warning">
      <p>
        Within five seconds every program that sends <code className="key-hint">{hint}…</code> is refused. Runs that it
        has begun come to their end, but it can ask for their results no more.
      </p>
      <p>
        {lastUsedAt === null ? "It has never been used." : `It was last used ${formatInstant(lastUsedAt)}.`} This cannot
        be taken back.
      </p>
    </div>
  );
}

function RevokedRow({ apiKey }: { apiKey: ApiKey }): ReactElement {
  return (
    <li className="entry">
      <span className="row-main">
        <KeyTitle apiKey={apiKey} />
        <span className="row-detail">
          {madeText(apiKey)} · {usedText(apiKey.lastUsedAt)}
          {apiKey.revokedAt !== null && ` · revoked ${formatInstant(apiKey.revokedAt)}`}
        </span>
      </span>
      <span className="tag">Revoked</span>
    </li>
  );
}

function KeyTitle({ apiKey: { name, hint } }: { apiKey: ApiKey }): ReactElement {
  return (
    <span className="row-title">
      {name} <code className="key-hint">{hint}…</code>
    </span>
  );
}

function allowanceText({ runsPerMinute, runsPerDay, runsAtOnce }: ApiKey): string {
  const runs = runsPerMinute === 1 ? "run" : "runs";
  return `${formatCount(runsPerMinute)} ${runs} a minute, ${formatCount(runsPerDay)} a day, ${formatCount(runsAtOnce)} at once`;
}

const madeText = ({ createdBy, createdAt }: ApiKey): string => `Made by ${createdBy.name}, ${formatInstant(createdAt)}`;

const usedText = (lastUsedAt: number | null): string =>
  lastUsedAt === null ? "never used" : `last used ${formatInstant(lastUsedAt)}`;
