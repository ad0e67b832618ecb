import { Dialog } from "@base-ui/react/dialog";
import { createApiKey } from "@greenroom/shared/api/key-routes.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureCode, failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { draftOf, type KeyValues } from "./key-draft.ts";
import { KeyForm } from "./key-form.tsx";
import { MadeKey } from "./made-key.tsx";

/** Makes a key and shows it, this once: its secret is in this component alone, for as long as the dialog is open. */
export function NewKeyDialog(): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const [hasCopied, setCopied] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const making = useMaking();
  const made = making.data;
  const wouldLose = made !== undefined && !hasCopied;
  const close = () => {
    // A key whose answer is still on its way would never be seen.
    if (making.isPending) return;
    if (wouldLose) setAsking(true);
    else setOpen(false);
  };
  const forget = () => {
    making.reset();
    setCopied(false);
  };
  const answer = (toClose: boolean) => {
    setAsking(false);
    if (toClose) setOpen(false);
  };
  return (
    <Dialog.Root
      open={isOpen}
      onOpenChange={(toOpen) => (toOpen ? setOpen(true) : close())}
      onOpenChangeComplete={(open) => !open && forget()}
      disablePointerDismissal
    >
      <Dialog.Trigger className="btn is-primary">
        <Icon name="plus" />
        New key
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={made ? "dialog key-made" : "dialog"}>
          {made && <MadeKey name={made.key.name} secret={made.secret} onCopied={() => setCopied(true)} />}
          {!made && <NewKeyForm making={making} />}
          <LossGuard wouldLose={wouldLose} isAsking={isAsking} onAnswer={answer} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useMaking() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (values: KeyValues) => callRoute(createApiKey, { body: values }, userAccess),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["api-keys"] }),
    // The answer is kept by nobody once this component has let it go.
    gcTime: 0,
  });
}

function NewKeyForm({ making }: { making: ReturnType<typeof useMaking> }): ReactElement {
  return (
    <>
      <Dialog.Title render={<h2>New API key</h2>} />
      <KeyForm
        start={draftOf()}
        submit="Make key"
        submitting="Making…"
        isSending={making.isPending}
        failure={making.isError && <NotMade error={making.error} />}
        onSend={(values) => making.mutate(values)}
      />
    </>
  );
}

interface LossGuardProps {
  /** The key is shown and was not copied. */
  readonly wouldLose: boolean;
  /** Somebody is closing the dialog. */
  readonly isAsking: boolean;
  readonly onAnswer: (toClose: boolean) => void;
}

/** Asks before a key is lost for good: when its dialog is closed, and when the page is left under it. */
function LossGuard({ wouldLose, isAsking, onAnswer }: LossGuardProps): ReactElement {
  const shouldBlock = () => wouldLose;
  const blocker = useBlocker({ shouldBlockFn: shouldBlock, enableBeforeUnload: shouldBlock, withResolver: true });
  return (
    <ConfirmDialog
      isOpen={isAsking || blocker.status === "blocked"}
      title="Close without the key?"
      confirm="Close without it"
      cancel="Back to the key"
      onConfirm={() => {
        onAnswer(true);
        blocker.proceed?.();
      }}
      onCancel={() => {
        onAnswer(false);
        blocker.reset?.();
      }}
    >
      You have not copied it, and it is never shown again. Without it the key is of no use to anybody.
    </ConfirmDialog>
  );
}

function NotMade({ error }: { error: unknown }): ReactElement {
  return (
    <Notice tone="error">
      <strong>No key can be shown.</strong> {failureText(error)}{" "}
      {failureCode(error) === "unreachable" &&
        "If the list then has a key of this name, revoke it: nobody has its secret."}
    </Notice>
  );
}
