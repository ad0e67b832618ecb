import type { CaseResult, Excerpt } from "@greenroom/shared/jobs/run-result.ts";
import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import { lazy, Suspense, type ReactElement } from "react";
import { Icon } from "../ui/icon.tsx";
import { Spinner } from "../ui/notice.tsx";
import type { CaseView } from "./graded-run.ts";
import { createOutputCleaner } from "./output-text.ts";
import { caseFigures, verdictWords } from "./verdict-text.ts";

// Only those whose program gave a wrong answer need it.
const Difference = lazy(() => import("./difference-view.tsx").then((module) => ({ default: module.Difference })));

export interface CaseDetailsProps {
  readonly one: CaseView;
  readonly problem: ShownProblem | null;
  readonly startsOpen: boolean;
}

/** One test case that was met: its verdict, and for a visible one what it was about. */
export function CaseDetails({ one, problem, startsOpen }: CaseDetailsProps): ReactElement | null {
  const { number, result, shown, visibility } = one;
  if (!result) return null;
  const { text, icon, tone } = verdictWords[result.verdict];
  const head = (
    <>
      <span className={`case-verdict is-${tone}`}>
        <Icon name={icon} />
        {text}
      </span>
      <span className="case-name">
        Test {number}
        {visibility === "hidden" && <span className="tag">Hidden</span>}
      </span>
      <span className="case-figures">{caseFigures(result)}</span>
    </>
  );
  const hasMore = shown?.input !== undefined || result.stdout || result.stderr || result.message;
  if (!hasMore) return <div className="case-row">{head}</div>;
  return (
    // Not open={startsOpen} alone: what is met later must not close what somebody opened.
    <details className="case" open={startsOpen || undefined}>
      <summary className="case-row">
        {head}
        <span className="case-more">
          <Icon name="chevron" />
        </span>
      </summary>
      <div className="case-body">
        {result.message && <p className="case-message">{clean(result.message)}</p>}
        {shown?.input !== undefined && <Block label="Input" text={shown.input} />}
        <Answers result={result} expected={shown?.expected} problem={problem} />
        {result.stderr && result.stderr.text !== "" && (
          <Block label={problem?.style.kind === "function" ? "Printed" : "stderr"} text={excerptText(result.stderr)} />
        )}
        {visibility === "hidden" && (
          <p className="field-hint">What it wrote in a hidden test case is not kept: nobody sees it.</p>
        )}
      </div>
    </details>
  );
}

interface AnswersProps {
  readonly result: CaseResult;
  readonly expected: string | undefined;
  readonly problem: ShownProblem | null;
}

function Answers({ result, expected, problem }: AnswersProps): ReactElement {
  const { stdout, verdict } = result;
  const isConversation = problem?.style.kind === "interactive";
  const got = problem?.style.kind === "function" ? "Returned" : "Got";
  if (verdict === "wrong-answer" && stdout && expected !== undefined && !isConversation) {
    return (
      <Suspense fallback={<Spinner label="Comparing…" />}>
        <Difference
          expected={expected}
          got={stdout}
          gotLabel={got}
          checker={problem?.checker ?? "lines"}
          isValue={problem?.style.kind === "function"}
        />
      </Suspense>
    );
  }
  return (
    <>
      {expected !== undefined && !isConversation && <Block label="Expected" text={expected} />}
      {stdout && (stdout.text !== "" || verdict === "accepted") && <Block label={got} text={excerptText(stdout)} />}
    </>
  );
}

function excerptText({ text, cut }: Excerpt): string {
  return cut ? `${text}\n… (the rest is left out)` : text;
}

const clean = (text: string): string => createOutputCleaner()(text);

export function Block({ label, text }: { label: string; text: string }): ReactElement {
  const shown = clean(text);
  return (
    <figure className="case-block">
      <figcaption>{label}</figcaption>
      {shown === "" ? (
        <p className="field-hint">(nothing)</p>
      ) : (
        // What scrolls has to be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre tabIndex={0}>{shown}</pre>
      )}
    </figure>
  );
}
