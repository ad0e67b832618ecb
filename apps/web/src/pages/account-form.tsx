import { register } from "@greenroom/shared/api/auth-routes.ts";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { FormEvent, ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureCode, failureText } from "../api/failure-text.ts";
import { signedIn } from "../auth/user-access.ts";
import { paths } from "../paths.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";

export interface AccountFormProps {
  /** The first administrator proves with a code that they started the server. */
  readonly asksForSetupCode?: boolean;
  readonly invite?: string | undefined;
  readonly submit: string;
}

/** Makes an account and goes on to the sessions. */
export function AccountForm({ asksForSetupCode = false, invite, submit }: AccountFormProps): ReactElement {
  const navigate = useNavigate();
  const making = useMutation({
    mutationFn: (form: FormData) => {
      const text = (name: string) => String(form.get(name) ?? "").trim();
      const body = { name: text("name"), email: text("email"), password: String(form.get("password") ?? "") };
      const setupCode = asksForSetupCode ? { setupCode: text("setup-code") } : {};
      return callRoute(register, { body: { ...body, ...setupCode, ...(invite ? { invite } : {}) } });
    },
    onSuccess: (answer) => {
      signedIn(answer);
      return navigate({ to: paths.dashboard });
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    making.mutate(new FormData(event.currentTarget));
  };
  return (
    <form className="form" onSubmit={send}>
      <AccountFields error={making.error} asksForSetupCode={asksForSetupCode} />
      {making.isError && !fieldCodes.has(failureCode(making.error) ?? "") && (
        <Notice tone="error">{failureText(making.error)}</Notice>
      )}
      <Button type="submit" look="primary large wide" disabled={making.isPending}>
        {making.isPending ? "One moment…" : submit}
      </Button>
    </form>
  );
}

/** Failures that are told beside the field they are about. */
const fieldCodes = new Set(["wrong-setup-code", "email-taken"]);

function AccountFields({ error, asksForSetupCode }: { error: unknown; asksForSetupCode: boolean }): ReactElement {
  const code = failureCode(error);
  return (
    <>
      {asksForSetupCode && (
        <TextField
          label="Setup code"
          name="setup-code"
          required
          isStart
          autoComplete="off"
          spellCheck={false}
          hint="It was printed when Greenroom was started for the first time."
          error={code === "wrong-setup-code" ? failureText(error) : undefined}
        />
      )}
      <TextField label="Name" name="name" required maxLength={80} autoComplete="name" isStart={!asksForSetupCode} />
      <TextField
        label="E-mail"
        name="email"
        type="email"
        required
        maxLength={254}
        autoComplete="username"
        error={code === "email-taken" ? failureText(error) : undefined}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        required
        minLength={10}
        maxLength={256}
        autoComplete="new-password"
        hint="At least 10 characters. A few words are better than a short riddle."
      />
    </>
  );
}
