import { getRun, type SessionRecord } from "@greenroom/shared/api/session-routes.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { OutputBuffer } from "../run/output-buffer.ts";
import { OutputView } from "../run/output-view.tsx";
import { resultText } from "../run/result-text.ts";
import { formatTime } from "../ui/format-time.ts";
import { Notice, Spinner } from "../ui/notice.tsx";
import "../run/run-panel.css";

export interface RecordedRunsProps {
  readonly sessionId: string;
  readonly runs: readonly RunSummary[];
  readonly participants: SessionRecord["participants"];
}

export function RecordedRuns({ sessionId, runs, participants }: RecordedRunsProps): ReactElement {
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
          <RecordedRun sessionId={sessionId} run={run} by={nameOf(run.participantId)} />
        </li>
      ))}
    </ul>
  );
}

function RecordedRun({ sessionId, run, by }: { sessionId: string; run: RunSummary; by: string }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const result = run.result ? resultText(run.result) : { tone: "neutral", text: "Did not end" };
  return (
    <details className="run-record" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="tag">{getLanguage(run.language).label}</span>
        <span className={`run-outcome is-${result.tone}`}>{result.text}</span>
        <span className="muted">
          {by}, {formatTime(run.queuedAt)}
        </span>
      </summary>
      {isOpen && <RunDetails sessionId={sessionId} runId={run.runId} />}
    </details>
  );
}

function RunDetails({ sessionId, runId }: { sessionId: string; runId: string }): ReactElement {
  const run = useQuery({
    queryKey: ["run", sessionId, runId],
    queryFn: () => callRoute(getRun, { params: { sessionId, runId } }, userAccess),
    staleTime: Infinity,
  });
  const buffer = useMemo(() => {
    const filled = new OutputBuffer();
    filled.append(run.data?.chunks ?? []);
    return filled;
  }, [run.data]);
  return (
    <div className="run-record-body">
      {run.isPending && <Spinner label="Loading the output…" />}
      {run.isError && <Notice tone="error">{failureText(run.error)}</Notice>}
      {run.data && (
        <>
          <OutputView output={buffer.shown} fullText={() => buffer.text} empty="The program wrote nothing." />
          {run.data.stdin !== "" && (
            <>
              <h3>Program input</h3>
              <pre>{run.data.stdin}</pre>
            </>
          )}
        </>
      )}
    </div>
  );
}
