import { Dialog } from "@base-ui/react/dialog";
import { createSession } from "@greenroom/shared/api/session-routes.ts";
import { languages } from "@greenroom/shared/languages.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { paths } from "../paths.ts";
import { languagesByName } from "../run/language-groups.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { today } from "../ui/format-time.ts";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";

export function NewSessionDialog(): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger className="btn is-primary">
        <Icon name="plus" />
        New session
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title render={<h2>New session</h2>} />
          <NewSessionForm />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function NewSessionForm(): ReactElement {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const making = useMutation({
    mutationFn: (form: FormData) => {
      const chosen = languages.find(({ id }) => id === form.get("language")) ?? languages[0];
      const body = { title: String(form.get("title") ?? "").trim(), language: chosen?.id ?? "python" };
      return callRoute(createSession, { body }, userAccess);
    },
    onSuccess: async ({ sessionId }) => {
      void queryClient.invalidateQueries({ queryKey: ["sessions"] });
      await navigate({ to: paths.session, params: { sessionId } });
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    making.mutate(new FormData(event.currentTarget));
  };
  return (
    <form className="form" onSubmit={send}>
      <TextField
        label="Title"
        name="title"
        required
        isStart
        maxLength={120}
        pattern=".*\S.*"
        defaultValue={`Interview, ${today()}`}
        hint="The candidate sees it too."
      />
      <SelectField label="Language" name="language" defaultValue="python">
        {languagesByName.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </SelectField>
      {making.isError && <Notice tone="error">{failureText(making.error)}</Notice>}
      <div className="form-actions">
        <Dialog.Close className="btn">Cancel</Dialog.Close>
        <Button type="submit" look="primary" disabled={making.isPending}>
          {making.isPending ? "Creating…" : "Create session"}
        </Button>
      </div>
    </form>
  );
}
