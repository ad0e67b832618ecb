import { getProof } from "@greenroom/shared/api/history-routes.ts";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { userAccess } from "../auth/user-access.ts";

/** Characters of the newest link that are shown: enough to tell two records apart. */
const shownLength = 12;

/** What the record is signed over: how many events, and the newest link of their chain of hashes. */
export function RecordProof({ sessionId }: { sessionId: string }): ReactElement | null {
  const { data } = useQuery({
    queryKey: ["proof", sessionId],
    queryFn: () => callRoute(getProof, { params: { sessionId } }, userAccess),
  });
  // The page is of use without it.
  if (!data) return null;
  const { number, link, signature } = data;
  const events = number === 1 ? "1 event" : `${number} events`;
  return (
    <p className="muted">
      {signature === null ? "The record is not signed yet" : "Signed record"}: {events}, newest link{" "}
      <code title={link}>{link.slice(0, shownLength)}</code>
    </p>
  );
}
