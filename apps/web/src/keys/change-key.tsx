import { Dialog } from "@base-ui/react/dialog";
import { changeApiKey, type ApiKey } from "@greenroom/shared/api/key-routes.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureCode, failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { Notice } from "../ui/notice.tsx";
import { changesOf, draftOf, type KeyValues } from "./key-draft.ts";
import { KeyForm } from "./key-form.tsx";

/** A button that opens the form of a key. */
export function ChangeKey({ apiKey }: { apiKey: ApiKey }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen} disablePointerDismissal>
      <Dialog.Trigger className="btn" aria-label={`Change “${apiKey.name}”`}>
        Change
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title render={<h2>Change “{apiKey.name}”</h2>} />
          <ChangeForm apiKey={apiKey} onDone={() => setOpen(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function ChangeForm({ apiKey, onDone }: { apiKey: ApiKey; onDone: () => void }): ReactElement {
  const queryClient = useQueryClient();
  // The list is loaded again behind the form: a change is one of what was in it when it was opened.
  const [before] = useState(apiKey);
  const changing = useMutation({
    mutationFn: async (values: KeyValues) => {
      const body = changesOf(before, values);
      if (Object.keys(body).length === 0) return;
      await callRoute(changeApiKey, { params: { keyId: before.keyId }, body }, userAccess);
      await queryClient.invalidateQueries({ queryKey: ["api-keys"] });
    },
    onSuccess: onDone,
  });
  return (
    <KeyForm
      start={draftOf(before)}
      submit="Save"
      submitting="Saving…"
      isSending={changing.isPending}
      failure={changing.isError && <NotChanged error={changing.error} />}
      onSend={(values) => changing.mutate(values)}
    />
  );
}

function NotChanged({ error }: { error: unknown }): ReactElement {
  const isGone = failureCode(error) === "not-found";
  return (
    <Notice tone="error">
      <strong>It was not changed.</strong> {isGone ? "Somebody has revoked this key meanwhile." : failureText(error)}
    </Notice>
  );
}
