import { ApiError } from "@greenroom/shared/api/error.ts";
import {
  createSession as createSessionRoute,
  endSession as endSessionRoute,
  getRun,
  getSessionRecord,
  listSessions as listSessionsRoute,
  type SessionRecord,
} from "@greenroom/shared/api/session-routes.ts";
import { sessionChangedChannel } from "@greenroom/shared/events/session-changed.ts";
import { addRoute, type RouteGuards } from "@greenroom/shared/node/add-route.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import { storableText } from "@greenroom/shared/ot/utf16.ts";
import type { Redis } from "ioredis";
import type { SessionDatabase } from "../db/schema.ts";
import { listDocuments, readText } from "../document/document-store.ts";
import { listParticipants } from "../participant/participant-repository.ts";
import { findRun, listRuns, toSummary } from "../run/run-repository.ts";
import { requireInterviewer } from "../session/require-interviewer.ts";
import { createSession, endSession, getSession, listSessions, toSession } from "../session/session-repository.ts";

export interface SessionRouteDeps {
  readonly db: Database<SessionDatabase>;
  readonly redis: Redis;
  readonly guards: RouteGuards;
  readonly logger: Logger;
}

/** How many runs a record shows. */
const runsShown = 200;

export function addSessionRoutes(server: Server, { db, redis, guards, logger }: SessionRouteDeps): void {
  addRoute(server, guards, createSessionRoute, async ({ body, claims }) => {
    const title = storableText(body.title).trim();
    if (title === "") throw new ApiError("bad-request", "A session needs a title.");
    const createdBy = { userId: claims.sub, name: claims.name };
    const row = await createSession(db, { title, language: body.language, createdBy });
    logger.info({ sessionId: row.id, userId: claims.sub }, "A session was made");
    return toSession(row);
  });

  addRoute(server, guards, listSessionsRoute, async ({ query }) => {
    return await listSessions(db, { ...query, limit: query.limit ?? 50 });
  });

  addRoute(server, guards, getSessionRecord, async ({ params }) => await readRecord(db, params.sessionId));

  addRoute(server, guards, getRun, async ({ params }) => {
    const row = await findRun(db, params.sessionId, params.runId);
    if (!row) throw new ApiError("not-found", "There is no such run.");
    return { summary: toSummary(row), source: row.source, chunks: row.output ?? [] };
  });

  addRoute(server, guards, endSessionRoute, async ({ params, claims }) => {
    await requireInterviewer(db, params.sessionId, claims, "end-session");
    const row = await endSession(db, params.sessionId, claims.sub);
    // The owner of the room looks every two seconds anyway: this only makes it quicker.
    await redis.publish(sessionChangedChannel, row.id).catch(() => undefined);
    return toSession(row);
  });
}

/** Everything that stays of a session, as it is now. */
async function readRecord(db: Database<SessionDatabase>, sessionId: string): Promise<SessionRecord> {
  const session = await getSession(db, sessionId);
  const [participants, documents, runs] = await Promise.all([
    listParticipants(db, session.id),
    listDocuments(db, session.id),
    listRuns(db, session.id, runsShown),
  ]);
  return {
    session: toSession(session),
    participants: participants.map(({ id, name, role, color, joined_at: joinedAt }) => ({
      participantId: id,
      name,
      role,
      color,
      joinedAt: joinedAt.getTime(),
    })),
    documents: await Promise.all(
      documents.map(async (row) => ({
        documentId: row.id,
        language: row.language,
        problemId: row.problem_id,
        ...(await readText(db, row)),
      })),
    ),
    runs,
  };
}
