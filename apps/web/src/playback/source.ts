import type { ResponseOf } from "@greenroom/shared/api/route.ts";
import { getHistory, type getTimeline, listEvents } from "@greenroom/shared/api/history-routes.ts";
import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import type { SessionState } from "@greenroom/shared/log/state.ts";
import { callRoute } from "../api/call-route.ts";
import { userAccess } from "../auth/user-access.ts";

export type Timeline = ResponseOf<typeof getTimeline>;

/** A place in a log: an event's number, or an instant in milliseconds since the epoch. */
export type Target = { readonly number: number } | { readonly at: number };

/** Where a session's log is read. Requests that are given up by their signal reject. */
export interface PlaybackSource {
  /** The state after an event, or at an instant. */
  readonly state: (target: Target, signal: AbortSignal) => Promise<SessionState>;
  /** At most `limit` events that come after one; fewer where they are heavy, none where the log ends. */
  readonly events: (after: number, limit: number, signal: AbortSignal) => Promise<readonly SessionEvent[]>;
}

/** The log as the server has it. */
export function sessionSource(sessionId: string): PlaybackSource {
  const params = { sessionId };
  return {
    state: (target, signal) => callRoute(getHistory, { params, query: target }, userAccess, { signal }),
    events: async (after, limit, signal) =>
      (await callRoute(listEvents, { params, query: { after, limit } }, userAccess, { signal })).events,
  };
}
