import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { signOut, useAccount } from "../auth/user-access.ts";
import { paths } from "../paths.ts";
import { Button } from "./button.tsx";
import { Brand } from "./full-page.tsx";
import { useLanding } from "./keyboard-place.ts";
import { ThemeToggle } from "./theme-toggle.tsx";
import "./app-frame.css";

/** What stands around the pages of those with an account. */
export function AppFrame({ children }: { children: ReactNode }): ReactElement {
  useLanding("");
  const account = useAccount();
  const navigate = useNavigate();
  const leave = async () => {
    await signOut();
    await navigate({ to: paths.login });
  };
  return (
    <div className="app-frame">
      <header className="app-top">
        <Link to={paths.dashboard} className="app-brand">
          <Brand />
        </Link>
        <nav className="app-nav" aria-label="Main">
          <Link to={paths.dashboard} activeOptions={{ exact: true }}>
            Sessions
          </Link>
          <Link to={paths.problems}>Problems</Link>
          {account.status === "signed-in" && account.user.role === "admin" && (
            <>
              <Link to={paths.people}>People</Link>
              <Link to={paths.keys}>API keys</Link>
            </>
          )}
        </nav>
        <div className="app-account">
          {account.status === "signed-in" && <span className="app-name muted">{account.user.name}</span>}
          <ThemeToggle />
          <Button look="quiet" onClick={() => void leave()}>
            Sign out
          </Button>
        </div>
      </header>
      <main className="app-main">{children}</main>
    </div>
  );
}
