import { ApiError } from "@greenroom/shared/api/error.ts";
import { getHistory, getProof, getTimeline, listEvents, type Mark } from "@greenroom/shared/api/history-routes.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import type { EventOf, SessionEvent } from "@greenroom/shared/log/event.ts";
import { addRoute, type RouteGuards } from "@greenroom/shared/node/add-route.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { countTyping, numberAt, stateAt } from "../log/history-store.ts";
import { readRoomEvents, readWeighedEvents } from "../log/log-store.ts";
import { shortenRuns } from "../log/shorten-runs.ts";
import { getSession } from "../session/session-repository.ts";

type Db = Database<SessionDatabase>;

/** A page of events ends where it would weigh more, in UTF-16 units; so many are read at a time. */
const pageWeight = 8 * 1024 * 1024;
const readAtOnce = 500;
/** A time line is so many spans long at the most, and a span no shorter than a second. */
const spansAtMost = 600;
const shortestSpanMs = 1_000;

export function addHistoryRoutes(server: Server, { db, guards }: { db: Db; guards: RouteGuards }): void {
  addRoute(server, guards, getHistory, async ({ params, query }) => {
    if (query.number !== undefined && query.at !== undefined)
      throw new ApiError("bad-request", "Ask for an event or for an instant, not for both.");
    const { id, log_number: head } = await getSession(db, params.sessionId);
    const wanted = query.at === undefined ? (query.number ?? head) : await numberAt(db, id, query.at);
    return shortenRuns(await stateAt(db, id, Math.min(wanted, head)), query.runs ?? "newest");
  });

  addRoute(server, guards, listEvents, async ({ params, query }) => {
    const { id, log_number: head } = await getSession(db, params.sessionId);
    const after = query.after ?? 0;
    const upTo = Math.min(head, after + (query.limit ?? 1_000));
    return { events: await readPage(db, id, { after, upTo }), head };
  });

  addRoute(server, guards, getTimeline, async ({ params }) => {
    const { id, log_number: head } = await getSession(db, params.sessionId);
    const { events: ends } = await readWeighedEvents(db, id, { after: head - 1, upTo: head });
    const events = await readRoomEvents(db, id);
    const from = events.at(0)?.at ?? 0;
    const until = ends.at(0)?.at ?? from;
    const spanMs = Math.max(shortestSpanMs, Math.ceil((until - from + 1) / spansAtMost));
    const typing = await countTyping(db, id, { from, spanMs });
    return { from, until, head, marks: marksOf(events), spanMs, typing };
  });

  addRoute(server, guards, getProof, async ({ params }) => {
    const row = await getSession(db, params.sessionId);
    return { number: row.log_number, link: row.log_link.toString("hex"), signature: row.signature };
  });
}

async function readPage(db: Db, sessionId: string, range: { after: number; upTo: number }): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  let weight = 0;
  for (let { after } = range; after < range.upTo && weight < pageWeight; after += readAtOnce) {
    const page = await readWeighedEvents(db, sessionId, { after, upTo: Math.min(after + readAtOnce, range.upTo) });
    events.push(...page.events);
    weight += page.characters;
  }
  return events;
}

function marksOf(events: readonly SessionEvent[]): Mark[] {
  const ends = new Map(events.flatMap((event) => (event.kind === "run" ? [endOf(event)] : [])));
  const runs = new Set<string>();
  const paths = new Map<string, string>();
  return events.flatMap((event): Mark[] => {
    const { number, at, participantId } = event;
    const mark = (kind: Mark["kind"], detail = ""): Mark[] => [{ number, at, kind, participantId, detail }];
    switch (event.kind) {
      case "run": {
        const { runId } = event.body.run;
        if (runs.has(runId)) return [];
        runs.add(runId);
        return [{ number, at, kind: "run", participantId, detail: runId, ...ends.get(runId) }];
      }
      case "participant.joined":
        return mark("joined");
      case "participant.left":
        return mark("left");
      case "participant.removed":
        return mark("removed", event.body.removed);
      case "tab":
        return mark(event.body.away ? "away" : "back");
      case "paste":
        return mark("paste", String(event.body.characters));
      case "chat":
        return mark("chat");
      case "desk":
        return mark("desk", event.body.language);
      case "document.added": {
        const { documentId, language, path } = event.body;
        paths.set(documentId, path);
        // A language's own file comes with the language.
        return path === getLanguage(language).fileName ? [] : mark("file", path);
      }
      case "document.renamed":
        paths.set(event.body.documentId, event.body.path);
        return mark("file", event.body.path);
      case "document.deleted":
        return mark("file", paths.get(event.body.documentId));
      case "session.ended":
        return mark("ended");
      default:
        return [];
    }
  });
}

/** The last event of a run says how it ended. */
function endOf({ body: { run } }: EventOf<"run">): [string, Pick<Mark, "outcome" | "cutOff">] {
  if (!run.result) return [run.runId, {}];
  const { outcome, cutOff } = run.result;
  return [run.runId, { outcome, ...(cutOff && { cutOff }) }];
}
