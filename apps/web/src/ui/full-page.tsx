import type { ReactElement, ReactNode } from "react";
import { useLanding } from "./keyboard-place.ts";
import { useTitle } from "./use-title.ts";
import { ThemeToggle } from "./theme-toggle.tsx";
import "./full-page.css";

export interface FullPageProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** One thing in the middle of the page: a form, or what happened and what to do now. */
export function FullPage({ title, children }: FullPageProps): ReactElement {
  useTitle(title);
  useLanding(title);
  return (
    <div className="full-page">
      <header className="full-page-top">
        <Brand />
        <ThemeToggle />
      </header>
      <main className="full-page-main">
        <section className="card">
          <h1>{title}</h1>
          {children}
        </section>
      </main>
    </div>
  );
}

export function Brand(): ReactElement {
  return (
    <span className="brand">
      <img src="/favicon.svg" alt="" width="22" height="22" /> Greenroom
    </span>
  );
}
