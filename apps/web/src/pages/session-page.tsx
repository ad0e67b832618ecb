import { getSessionRecord } from "@greenroom/shared/api/session-routes.ts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureCode, failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { paths } from "../paths.ts";
import { LiveRoom } from "../room/live-room.tsx";
import { Button } from "../ui/button.tsx";
import { FullPage } from "../ui/full-page.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";
import { NotFoundPage } from "./fallback-pages.tsx";
import { SessionRecordPage } from "./session-record-page.tsx";

/** The room while the session is live, afterwards its record. */
export function SessionPage(): ReactElement {
  const { sessionId } = useParams({ from: `/company${paths.session}` });
  const queryClient = useQueryClient();
  const queryKey = ["session", sessionId];
  const record = useQuery({
    queryKey,
    queryFn: () => callRoute(getSessionRecord, { params: { sessionId } }, userAccess),
    // The room itself says when the session ends; looking again by itself would take the room away.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
  if (record.isPending) {
    return (
      <FullPage title="Opening the session">
        <Spinner label="Asking the server…" />
      </FullPage>
    );
  }
  if (record.isError) {
    const code = failureCode(record.error);
    if (code === "not-found" || code === "bad-request") return <NotFoundPage />;
    return (
      <FullPage title="The session could not be opened">
        <Notice tone="error">{failureText(record.error)}</Notice>
        <Button look="primary" onClick={() => void record.refetch()}>
          Try again
        </Button>
      </FullPage>
    );
  }
  if (record.data.session.phase === "ended") return <SessionRecordPage record={record.data} />;
  return (
    <LiveRoom
      key={sessionId}
      sessionId={sessionId}
      access={userAccess}
      bearer="user"
      onOpenRecord={() => void queryClient.invalidateQueries({ queryKey })}
    />
  );
}
