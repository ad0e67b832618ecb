import { listSessions, type SessionListItem } from "@greenroom/shared/api/session-routes.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { paths } from "../paths.ts";
import { AppFrame } from "../ui/app-frame.tsx";
import { Button } from "../ui/button.tsx";
import { formatInstant } from "../ui/format-time.ts";
import { Notice, Spinner } from "../ui/notice.tsx";
import { useTitle } from "../ui/use-title.ts";
import { NewSessionDialog } from "./new-session-dialog.tsx";

/** Live sessions are looked up this often, in milliseconds: a colleague may have made one. */
const refreshMs = 10_000;
const pageSize = 25;

export function DashboardPage(): ReactElement {
  useTitle("Sessions");
  return (
    <AppFrame>
      <div className="page-head">
        <h1>Sessions</h1>
        <NewSessionDialog />
      </div>
      <LiveSessions />
      <PastSessions />
    </AppFrame>
  );
}

function LiveSessions(): ReactElement {
  const live = useQuery({
    queryKey: ["sessions", "live"],
    queryFn: () => callRoute(listSessions, { query: { phase: "live", limit: 100 } }, userAccess),
    refetchInterval: refreshMs,
  });
  return (
    <section className="list-section" aria-labelledby="live-sessions">
      <h2 id="live-sessions">Live</h2>
      {live.isPending && <Spinner label="Loading the live sessions…" />}
      {live.isError && <Failed error={live.error} retry={() => void live.refetch()} />}
      {live.data?.sessions.length === 0 && (
        <div className="empty">
          <p>No interview is going on. Make a session, then send its link to the candidate.</p>
        </div>
      )}
      {live.data && <SessionList sessions={live.data.sessions} />}
    </section>
  );
}

function PastSessions(): ReactElement | null {
  const past = useInfiniteQuery({
    queryKey: ["sessions", "ended"],
    queryFn: ({ pageParam }) =>
      callRoute(
        listSessions,
        { query: { phase: "ended", limit: pageSize, ...(pageParam > 0 ? { before: pageParam } : {}) } },
        userAccess,
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.more ? page.sessions.at(-1)?.createdAt : undefined),
  });
  const sessions = past.data?.pages.flatMap((page) => page.sessions) ?? [];
  return (
    <section className="list-section" aria-labelledby="past-sessions">
      <h2 id="past-sessions">Past</h2>
      {past.isPending && <Spinner label="Loading the past sessions…" />}
      {past.isError && <Failed error={past.error} retry={() => void past.refetch()} />}
      {past.data && sessions.length === 0 && (
        <div className="empty">
          <p>Sessions that have ended stay readable here, with their code and runs.</p>
        </div>
      )}
      <SessionList sessions={sessions} />
      {past.hasNextPage && (
        <Button onClick={() => void past.fetchNextPage()} disabled={past.isFetchingNextPage}>
          {past.isFetchingNextPage ? "Loading…" : "Show older sessions"}
        </Button>
      )}
    </section>
  );
}

function SessionList({ sessions }: { sessions: readonly SessionListItem[] }): ReactElement | null {
  if (sessions.length === 0) return null;
  return (
    <ul className="entries">
      {sessions.map((session) => (
        <li key={session.sessionId}>
          <Link to={paths.session} params={{ sessionId: session.sessionId }} className="entry">
            <span className="row-main">
              <span className="row-title">{session.title}</span>
              <span className="row-detail">{detailOf(session)}</span>
            </span>
            <span className="tag">{getLanguage(session.language).label}</span>
            <span className={session.phase === "live" ? "tag is-live" : "tag"}>
              {session.phase === "live" ? "Live" : "Ended"}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function detailOf(session: SessionListItem): string {
  const names = session.participants.map(({ name }) => name);
  const people = names.length > 0 ? names.join(", ") : `made by ${session.createdBy.name}`;
  return `${people} · ${formatInstant(session.endedAt ?? session.createdAt)}`;
}

function Failed({ error, retry }: { error: unknown; retry: () => void }): ReactElement {
  return (
    <Notice
      tone="error"
      action={
        <Button look="small" onClick={retry}>
          Try again
        </Button>
      }
    >
      {failureText(error)}
    </Notice>
  );
}
