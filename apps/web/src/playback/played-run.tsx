import type { LoggedRun } from "@greenroom/shared/log/state.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { useMemo, type ReactElement } from "react";
import { Block } from "../run/case-details.tsx";
import { GradedView } from "../run/graded-view.tsx";
import { OutputBuffer } from "../run/output-buffer.ts";
import { OutputView } from "../run/output-view.tsx";
import { cutOffResult, resultText } from "../run/result-text.ts";
import { usePlayedProblem } from "./use-played-problem.ts";
import "../run/run-panel.css";

export interface PlayedRunProps {
  readonly run: LoggedRun | undefined;
  readonly by: string;
  /** The session had ended by then, and every run with it, whether the log says so or not. */
  readonly isOver: boolean;
}

/** The newest run at an instant, as far as it was then. */
export function PlayedRun({ run: logged, by, isOver }: PlayedRunProps): ReactElement {
  const run = logged && isOver ? atTheEnd(logged) : logged;
  const { problem } = usePlayedProblem(run?.run.problem ?? null);
  const buffer = useMemo(() => {
    const filled = new OutputBuffer();
    filled.append(run?.chunks ?? []);
    return filled;
  }, [run?.chunks]);
  if (!run) return <p className="played-nothing muted">Nothing had been run by then.</p>;
  const view = (
    <OutputView
      output={buffer.shown}
      fullText={() => buffer.text}
      empty={run.run.state === "ended" ? "The program wrote nothing." : "Nothing written yet."}
    />
  );
  const whose = `${getLanguage(run.run.language).label}, run by ${by}`;
  if (run.run.task.kind === "free") {
    return (
      <>
        {view}
        <FreeRunEnd summary={run.run} by={whose} />
      </>
    );
  }
  return (
    // What scrolls has to be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="run-graded" tabIndex={0}>
      <GradedView
        key={run.run.runId}
        run={run.run}
        results={run.run.result?.cases ?? run.cases}
        problem={problem ?? null}
        by={whose}
      >
        {buffer.shown.blocks.length > 0 && view}
      </GradedView>
    </div>
  );
}

/** Logs of earlier days have no end of a run that was cut off. */
function atTheEnd(logged: LoggedRun): LoggedRun {
  if (logged.run.state === "ended") return logged;
  return { ...logged, run: { ...logged.run, state: "ended", result: cutOffResult } };
}

function FreeRunEnd({ summary, by }: { summary: RunSummary; by: string }): ReactElement {
  const { result, task, state } = summary;
  const end = result ? resultText(result) : undefined;
  const input = task.kind === "free" && task.input.kind === "given" ? task.input.text : "";
  return (
    <>
      <div className="run-result">
        <p className={`run-outcome is-${end?.tone ?? "neutral"}`}>
          {end?.text ?? (state === "queued" ? "Waiting for a free sandbox…" : "Running…")}
        </p>
        <p className="muted">{by}</p>
      </div>
      {input !== "" && (
        <div className="played-input">
          <Block label="Program input" text={input} />
        </div>
      )}
    </>
  );
}
