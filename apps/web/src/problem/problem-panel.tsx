import { lazy, Suspense, type ReactElement, type ReactNode } from "react";
import type { ShownCase, ShownProblem } from "@greenroom/shared/problem/problem.ts";
import { Spinner } from "../ui/notice.tsx";
import { checkerNote } from "./checker-text.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import type { Tab } from "../ui/one-of-tabs.tsx";
import { Statement } from "./statement.tsx";
import "./problem-panel.css";

const SignatureText = lazy(() => import("./signature-text.tsx").then((module) => ({ default: module.SignatureText })));

export interface ProblemPanelProps {
  readonly problem: ShownProblem;
  /** What an interviewer can do with it, or how it is put away. */
  readonly actions?: ReactNode;
}

/** What the room works on: the statement, the examples, the limits. */
export function ProblemPanel({ problem, actions }: ProblemPanelProps): ReactElement {
  const { title, statement, style, cases, checker } = problem;
  const visible = cases.filter(({ visibility }) => visibility === "visible");
  const hidden = cases.filter(({ visibility }) => visibility === "hidden");
  const note = checkerNote(checker, style.kind);
  return (
    <section className="problem-panel" aria-label="Problem">
      <div className="problem-bar">
        <h2>{title}</h2>
        {actions}
      </div>
      {/* What scrolls has to be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="problem-body" tabIndex={0}>
        {statement.trim() !== "" && <Statement text={statement} />}
        {style.kind === "function" && (
          <Suspense fallback={<Spinner label="Loading…" />}>
            <SignatureText signature={style.signature} />
          </Suspense>
        )}
        {visible.map((one) => (
          <Example key={one.number} one={one} style={style.kind} />
        ))}
        <p className="problem-limits">
          {limitsText(problem)} {note}
        </p>
        <HiddenCases cases={hidden} style={style.kind} />
      </div>
    </section>
  );
}

/** It beside something else, in one place. */
export function problemTab(problem: ShownProblem): Tab {
  return { id: "problem", label: "Problem", content: <ProblemPanel key={problem.problemId} problem={problem} /> };
}

interface ExampleProps {
  readonly one: ShownCase;
  readonly style: ShownProblem["style"]["kind"];
}

function Example({ one, style }: ExampleProps): ReactElement {
  const { number, visibility, input = "", expected = "" } = one;
  const isHidden = visibility === "hidden";
  return (
    <section className="example" aria-label={`Test ${number}`}>
      <h3>
        {isHidden ? "Test" : "Example"} {number} {isHidden && <span className="tag">Hidden from candidates</span>}
      </h3>
      <ExampleText label="Input" of={`test ${number}`} text={input} />
      {/* In a conversation it is the interactor's, and no answer. */}
      {style !== "interactive" && (
        <ExampleText label={style === "function" ? "Returns" : "Output"} of={`test ${number}`} text={expected} />
      )}
    </section>
  );
}

function ExampleText({ label, of, text }: { label: string; of: string; text: string }): ReactElement {
  return (
    <div className="example-text">
      <div className="example-head">
        <span>{label}</span>
        <CopyButton text={text} name={`${label.toLowerCase()} of ${of}`} />
      </div>
      {/* What scrolls has to be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0}>{text === "" ? "(nothing)" : text}</pre>
    </div>
  );
}

function HiddenCases({ cases, style }: { cases: readonly ShownCase[]; style: ExampleProps["style"] }): ReactNode {
  if (cases.length === 0) return null;
  const isOne = cases.length === 1;
  const count = isOne ? "1 hidden test" : `${cases.length} hidden tests`;
  const areKnown = cases.some(({ input }) => input !== undefined);
  if (!areKnown) return <p className="problem-limits">A submission also meets {count}.</p>;
  return (
    <details className="hidden-cases">
      <summary>
        {count}: only interviewers see {isOne ? "it" : "them"}
      </summary>
      {cases.map((one) => (
        <Example key={one.number} one={one} style={style} />
      ))}
    </details>
  );
}

/** "Each test may compute for 2 seconds and use 256 MiB of memory." */
function limitsText({ limits }: ShownProblem): string {
  const seconds = limits.cpuMs / 1000;
  return `Each test may compute for ${seconds === 1 ? "1 second" : `${seconds} seconds`} and use ${limits.memoryKib / 1024} MiB of memory.`;
}
