import { getTimeline } from "@greenroom/shared/api/history-routes.ts";
import { getSessionRecord } from "@greenroom/shared/api/session-routes.ts";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureCode, failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { paths } from "../paths.ts";
import { PlaybackView } from "../playback/playback-view.tsx";
import type { Timeline } from "../playback/source.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { FullPage } from "../ui/full-page.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";
import { NotFoundPage } from "./fallback-pages.tsx";

/** While a session is live, what has been added to its log is asked for so often, in milliseconds. */
const liveMs = 3_000;

/** A session played back from its log. */
export function PlaybackPage(): ReactElement {
  const route = `/company${paths.playback}` as const;
  const { sessionId } = useParams({ from: route });
  const { t = 0 } = useSearch({ from: route });
  const record = useQuery({
    queryKey: ["played-record", sessionId],
    queryFn: () => callRoute(getSessionRecord, { params: { sessionId } }, userAccess),
    refetchInterval: ({ state }) => (state.data?.session.phase === "live" ? liveMs : false),
  });
  const isLive = record.data?.session.phase === "live";
  const timeline = useQuery({
    queryKey: ["timeline", sessionId, record.data?.session.phase],
    queryFn: () => callRoute(getTimeline, { params: { sessionId } }, userAccess),
    enabled: record.isSuccess,
    select: withoutBeginning,
    refetchInterval: isLive ? liveMs : false,
    placeholderData: (before) => before,
  });
  const error = record.error ?? timeline.error;
  const code = failureCode(error);
  if (record.data && timeline.data) {
    const { marks, typing, from } = timeline.data;
    const isEmpty = typing.length === 0 && marks.every(({ kind }) => kind === "ended");
    if (isEmpty) return <NothingYet sessionId={sessionId} isLive={isLive} />;
    return (
      <PlaybackView
        key={sessionId}
        record={record.data}
        timeline={timeline.data}
        startAt={from + Math.round(t * 1000)}
      />
    );
  }
  if (code === "not-found" || code === "bad-request") return <NotFoundPage />;
  if (!error) {
    return (
      <FullPage title="Opening the playback">
        <Spinner label="Asking the server…" />
      </FullPage>
    );
  }
  return (
    <FullPage title="The session could not be played back">
      <Notice tone="error">{failureText(error)}</Notice>
      <Button look="primary" onClick={() => void (record.isError ? record.refetch() : timeline.refetch())}>
        Try again
      </Button>
    </FullPage>
  );
}

/** What a session was made with is nobody's doing. */
function withoutBeginning(timeline: Timeline): Timeline {
  return { ...timeline, marks: timeline.marks.filter(({ kind, at }) => kind !== "desk" || at > timeline.from) };
}

function NothingYet({ sessionId, isLive }: { sessionId: string; isLive: boolean }): ReactElement {
  return (
    <FullPage title={isLive ? "Nothing has happened yet" : "Nothing happened"}>
      <p className="muted">
        {isLive
          ? "As soon as somebody joins or writes in this session, it can be played back here."
          : "Nobody joined or wrote in this session: there is nothing to play back."}
      </p>
      <Link to={paths.session} params={{ sessionId }} className={buttonClass("primary")}>
        {isLive ? "Go to the room" : "Go to the record"}
      </Link>
    </FullPage>
  );
}
