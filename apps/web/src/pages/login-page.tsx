import { login } from "@greenroom/shared/api/auth-routes.ts";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import type { FormEvent, ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { signedIn } from "../auth/user-access.ts";
import { paths, safeNext } from "../paths.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { FullPage } from "../ui/full-page.tsx";
import { Notice } from "../ui/notice.tsx";

const route = getRouteApi(paths.login);

export function LoginPage(): ReactElement {
  const router = useRouter();
  const { next } = route.useSearch();
  const { registration } = route.useLoaderData();
  const signingIn = useMutation({
    mutationFn: (form: FormData) =>
      callRoute(login, {
        body: { email: String(form.get("email") ?? "").trim(), password: String(form.get("password") ?? "") },
      }),
    onSuccess: (answer) => {
      signedIn(answer);
      router.history.push(safeNext(next));
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    signingIn.mutate(new FormData(event.currentTarget));
  };
  return (
    <FullPage title="Sign in">
      <form className="form" onSubmit={send}>
        <TextField label="E-mail" name="email" type="email" required isStart autoComplete="username" />
        <TextField label="Password" name="password" type="password" required autoComplete="current-password" />
        {signingIn.isError && <Notice tone="error">{failureText(signingIn.error)}</Notice>}
        <Button type="submit" look="primary large wide" disabled={signingIn.isPending}>
          {signingIn.isPending ? "Signing in…" : "Sign in"}
        </Button>
      </form>
      <p className="muted">
        {registration === "open" ? (
          <>
            No account yet? <Link to={paths.register}>Create one</Link>
          </>
        ) : (
          "Invited to an interview? You need no account: open the link you were sent."
        )}
      </p>
    </FullPage>
  );
}
