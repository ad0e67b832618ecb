import { lazy, Suspense, type ReactElement } from "react";
import "./statement.css";

const MarkdownText = lazy(() => import("./markdown.tsx").then((module) => ({ default: module.MarkdownText })));

/** A problem's statement; until it can be drawn, its text as it was written. */
export function Statement({ text }: { text: string }): ReactElement {
  return (
    <div className="statement">
      <Suspense fallback={<p className="statement-source">{text}</p>}>
        <MarkdownText text={text} />
      </Suspense>
    </div>
  );
}
