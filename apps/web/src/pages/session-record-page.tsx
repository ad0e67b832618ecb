import { Tabs } from "@base-ui/react/tabs";
import type { SessionRecord } from "@greenroom/shared/api/session-routes.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, type CSSProperties, type ReactElement } from "react";
import { paths } from "../paths.ts";
import { personClass } from "../presence/person.ts";
import { roleText } from "../presence/role-text.ts";
import { AppFrame } from "../ui/app-frame.tsx";
import { buttonClass } from "../ui/button.tsx";
import { formatInstant } from "../ui/format-time.ts";
import { Icon } from "../ui/icon.tsx";
import { Spinner } from "../ui/notice.tsx";
import { useTitle } from "../ui/use-title.ts";
import { RecordProof } from "./record-proof.tsx";
import { RecordedProblems, useRecordedProblems, type RecordedProblem } from "./recorded-problems.tsx";
import { RecordedRuns } from "./recorded-runs.tsx";
import "../presence/people.css";
import "../ui/tabs.css";
import "./session-record-page.css";

const ReadOnlyCode = lazy(() =>
  import("../editor/read-only-code.tsx").then((module) => ({ default: module.ReadOnlyCode })),
);

/** All that stays of a session that has ended. */
export function SessionRecordPage({ record }: { record: SessionRecord }): ReactElement {
  const { session, participants, runs } = record;
  useTitle(session.title);
  const problems = useRecordedProblems(record);
  return (
    <AppFrame>
      <div className="record-head">
        <div className="page-head">
          <h1>{session.title}</h1>
          <Link to={paths.playback} params={{ sessionId: session.sessionId }} className={buttonClass("primary")}>
            <Icon name="play" />
            Play back the session
          </Link>
        </div>
        <p className="muted">
          Ended {formatInstant(session.endedAt ?? session.createdAt)} · begun {formatInstant(session.createdAt)} by{" "}
          {session.createdBy.name} · read-only
        </p>
        <RecordProof sessionId={session.sessionId} />
        <ul className="record-people" aria-label="Participants">
          {participants.map(({ participantId, name, role, color }) => (
            <li key={participantId} className={`person ${personClass(color)}`} data-connected="true">
              <span className="person-dot" aria-hidden="true" />
              <span className="person-name">{name}</span>
              <span className="muted">{roleText[role].label}</span>
            </li>
          ))}
        </ul>
      </div>
      <RecordedProblems problems={problems} />
      <Documents record={record} problems={problems} />
      <section className="list-section" aria-labelledby="recorded-runs">
        <h2 id="recorded-runs">Runs</h2>
        <RecordedRuns sessionId={session.sessionId} runs={runs} participants={participants} problems={problems} />
      </section>
    </AppFrame>
  );
}

interface DocumentsProps {
  readonly record: SessionRecord;
  readonly problems: readonly RecordedProblem[];
}

function Documents({ record, problems }: DocumentsProps): ReactElement {
  const { documents, session } = record;
  if (documents.length === 0) {
    return (
      <div className="empty">
        <p>Nothing was written in this session.</p>
      </div>
    );
  }
  const titleOf = (id: string | null) => problems.find(({ problemId }) => problemId === id)?.problem?.title;
  const first = documents.findLast(({ language }) => language === session.language) ?? documents[0];
  return (
    <section className="list-section" aria-labelledby="recorded-code">
      <h2 id="recorded-code">Code</h2>
      <Tabs.Root defaultValue={first?.documentId ?? null} className="record-code">
        <Tabs.List className="tabs" aria-label="Languages">
          {documents.map(({ documentId, language, problemId }) => (
            <Tabs.Tab key={documentId} value={documentId} className="tab">
              {[getLanguage(language).label, titleOf(problemId)].filter(Boolean).join(" · ")}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {documents.map(({ documentId, language, text }) => (
          <Tabs.Panel
            key={documentId}
            value={documentId}
            className="record-editor"
            // React's type knows no custom properties.
            style={{ "--lines": Math.max(5, text.split("\n").length) } as CSSProperties}
          >
            <Suspense fallback={<Spinner label="Loading the code…" />}>
              <ReadOnlyCode text={text} language={language} label={`${getLanguage(language).label} code, read-only`} />
            </Suspense>
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </section>
  );
}
