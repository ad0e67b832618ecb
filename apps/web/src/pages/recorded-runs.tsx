import { getRun, type SessionRecord } from "@greenroom/shared/api/session-routes.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { Block } from "../run/case-details.tsx";
import { GradedView } from "../run/graded-view.tsx";
import { isVisibleOnly } from "../run/graded-run.ts";
import { OutputBuffer } from "../run/output-buffer.ts";
import { OutputView } from "../run/output-view.tsx";
import { resultText } from "../run/result-text.ts";
import { formatTime } from "../ui/format-time.ts";
import type { RecordedProblem } from "./recorded-problems.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";
import "../run/run-panel.css";

export interface RecordedRunsProps {
  readonly sessionId: string;
  readonly runs: readonly RunSummary[];
  readonly participants: SessionRecord["participants"];
  readonly problems: readonly RecordedProblem[];
}

export function RecordedRuns({ sessionId, runs, participants, problems }: RecordedRunsProps): ReactElement {
  if (runs.length === 0) {
    return (
      <div className="empty">
        <p>Nothing was run in this session.</p>
      </div>
    );
  }
  const nameOf = (id: string) => participants.find(({ participantId }) => participantId === id)?.name ?? "somebody";
  return (
    <ul className="entries">
      {runs.map((run) => (
        <li key={run.runId}>
          <RecordedRun
            sessionId={sessionId}
            run={run}
            by={nameOf(run.participantId)}
            problem={problems.find((one) => isOf(run, one))?.problem}
          />
        </li>
      ))}
    </ul>
  );
}

function isOf({ problem }: RunSummary, one: RecordedProblem): boolean {
  return problem?.problemId === one.problemId && problem.version === one.version;
}

interface RecordedRunProps {
  readonly sessionId: string;
  readonly run: RunSummary;
  readonly by: string;
  /** In the version that was met. */
  readonly problem: ShownProblem | undefined;
}

function RecordedRun({ sessionId, run, by, problem }: RecordedRunProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const result = run.result ? resultText(run.result) : { tone: "neutral", text: "Did not end" };
  return (
    <details className="run-record" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="tag">{getLanguage(run.language).label}</span>
        {run.task.kind === "graded" && <span className="tag">{isVisibleOnly(run) ? "Examples" : "Submitted"}</span>}
        <span className={`run-outcome is-${result.tone}`}>{result.text}</span>
        <span className="muted">
          {by}, {formatTime(run.queuedAt)}
        </span>
      </summary>
      {isOpen && (
        <div className="run-record-body">
          {run.task.kind === "graded" && run.result && (
            <GradedView
              run={run}
              results={run.result.cases ?? []}
              problem={problem ?? null}
              by={problem ? `${problem.title}, version ${problem.version}` : ""}
            />
          )}
          <RunDetails sessionId={sessionId} run={run} />
        </div>
      )}
    </details>
  );
}

function RunDetails({ sessionId, run }: { sessionId: string; run: RunSummary }): ReactElement {
  const { runId, task } = run;
  const details = useQuery({
    queryKey: ["run", sessionId, runId],
    queryFn: () => callRoute(getRun, { params: { sessionId, runId } }, userAccess),
    staleTime: Infinity,
  });
  const buffer = useMemo(() => {
    const filled = new OutputBuffer();
    filled.append(details.data?.chunks ?? []);
    return filled;
  }, [details.data]);
  const isEmptyGraded = task.kind === "graded" && buffer.text === "";
  return (
    <>
      {details.isPending && <Spinner label="Loading the output…" />}
      {details.isError && <Notice tone="error">{failureText(details.error)}</Notice>}
      {details.data && !isEmptyGraded && (
        <OutputView output={buffer.shown} fullText={() => buffer.text} empty="The program wrote nothing." />
      )}
      {task.kind === "free" && task.input.kind === "given" && task.input.text !== "" && (
        <Block label="Program input" text={task.input.text} />
      )}
      {details.data && (
        <details>
          <summary className="field-label">What ran</summary>
          <Block label={getLanguage(run.language).fileName} text={details.data.source} />
        </details>
      )}
    </>
  );
}
