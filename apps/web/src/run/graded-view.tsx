import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import type { ReactElement, ReactNode } from "react";
import { Icon } from "../ui/icon.tsx";
import { CaseDetails } from "./case-details.tsx";
import { casesOf, isVisibleOnly, type CaseView } from "./graded-run.ts";
import { headlineOf, verdictWords, type Headline } from "./verdict-text.ts";
import "./graded-view.css";

export interface GradedViewProps {
  readonly run: RunSummary;
  readonly results: readonly CaseResult[];
  readonly problem: ShownProblem | null;
  /** Who ran it, in which language. */
  readonly by: string;
  /** What the compiler said, where it said something. */
  readonly children?: ReactNode;
}

/** A graded run: what it came to, each test case as it is met, and what there is to learn from those that failed. */
export function GradedView({ run, results, problem, by, children }: GradedViewProps): ReactElement {
  const cases = casesOf(run, results, problem);
  const outcome = run.state === "ended" ? (run.result?.outcome ?? "internal-error") : undefined;
  const first = cases.find(({ result }) => result && result.verdict !== "accepted");
  const headline = headlineOf({
    outcome,
    cases: results,
    // A problem that is shown no more says nothing; a run that went to its end has met them all.
    total: cases.some(({ shown }) => shown) || outcome !== "stopped" ? cases.length : undefined,
    isVisibleOnly: isVisibleOnly(run),
    firstFailed: first?.number,
    ...(run.result?.cutOff && { cutOff: run.result.cutOff }),
  });
  // The first one that says something is opened: it is where one looks first.
  const opened = cases.find(({ result }) => result?.visibility === "visible" && result.verdict !== "accepted");
  const met = cases.filter(({ result }) => result !== undefined);
  return (
    <div className="graded">
      <Verdict headline={headline} by={by} />
      {children}
      {outcome !== "compile-error" && cases.length > 0 && <Chips cases={cases} isOver={outcome !== undefined} />}
      {met.length > 0 && (
        <ul className="case-list" aria-label="Test cases">
          {met.map((one) => (
            <li key={one.number}>
              <CaseDetails one={one} problem={problem} startsOpen={one === opened} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Verdict({ headline, by }: { headline: Headline; by: string }): ReactElement {
  return (
    <div className={`verdict is-${headline.tone}`} aria-live="polite" aria-atomic="true">
      <span className="verdict-icon" aria-hidden="true">
        <Icon name={headline.icon} />
      </span>
      <div>
        <p className="verdict-text">{headline.text}</p>
        {headline.detail !== "" && <p>{headline.detail}</p>}
        <p className="muted">{by}</p>
      </div>
    </div>
  );
}

/** All of them at a glance; the list below says it in words. */
function Chips({ cases, isOver }: { cases: readonly CaseView[]; isOver: boolean }): ReactElement {
  return (
    <ol className="case-chips" aria-hidden="true">
      {cases.map(({ number, result }) => {
        const words = result && verdictWords[result.verdict];
        const text = words?.text ?? (isOver ? "Not run" : "Not yet");
        return (
          <li key={number} className={`case-chip is-${words?.tone ?? "waiting"}`} title={`Test ${number}: ${text}`}>
            {words && <Icon name={words.icon} />}
            {number}
          </li>
        );
      })}
    </ol>
  );
}
