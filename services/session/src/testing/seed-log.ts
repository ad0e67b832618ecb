import { randomUUID } from "node:crypto";
import type { NewEvent } from "@greenroom/shared/log/event.ts";
import { Rope } from "@greenroom/shared/ot/rope.ts";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { createDatabase } from "@greenroom/shared/node/database.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import type pg from "pg";
import type { SessionDatabase } from "../db/schema.ts";
import { type Head, headAfter, seal } from "../log/chain.ts";
import { stateAt } from "../log/history-store.ts";
import { readHeadOf } from "../log/log-store.ts";

/** Events of one insert. */
const pageLength = 5_000;

/**
 * Appends to a session's log as a room does, but quickly and with no room: what a long session has come to. Nobody may
 * have the room open.
 */
export async function seedEvents(db: pg.Pool, sessionId: string, events: readonly NewEvent[]): Promise<void> {
  const { rows } = await db.query<{ number: number; at: number; link: Buffer }>(
    `select log_number as number, log_link as link, (select max(at)::float8 from event where session_id = id) as at
     from session where id = $1`,
    [sessionId],
  );
  let head: Head | undefined = rows[0];
  if (!head) throw new Error(`There is no session ${sessionId}.`);
  for (let from = 0; from < events.length; from += pageLength)
    head = await insertPage(db, { sessionId, head, events: events.slice(from, from + pageLength) });
  await db.query("update session set log_number = $2, log_link = $3 where id = $1", [
    sessionId,
    head.number,
    head.link,
  ]);
}

async function insertPage(
  db: pg.Pool,
  page: { sessionId: string; head: Head; events: readonly NewEvent[] },
): Promise<Head> {
  const sealed = seal(page.head, page.events);
  const rows = sealed.map(({ event, salt, digest, link, ...rest }) => ({
    ...event,
    ...rest,
    salt: salt.toString("hex"),
    digest: digest.toString("hex"),
    link: link.toString("hex"),
  }));
  await db.query(
    `insert into event (session_id, number, at, kind, participant_id, document_id, revision, client_id, seq, salt,
       digest, link, body)
     select $1, number, at, kind, "participantId", "documentId", revision, "clientId", seq, decode(salt, 'hex'),
       decode(digest, 'hex'), decode(link, 'hex'), body
     from json_to_recordset($2::json) as new (number integer, at bigint, kind text, "participantId" uuid,
       "documentId" uuid, revision integer, "clientId" uuid, seq integer, salt text, digest text, link text, body text)`,
    [page.sessionId, JSON.stringify(rows)],
  );
  return headAfter(page.head, sealed);
}

/**
 * Operations of one participant on the session's first document, from revision 1 on, clients taking turns, ten unless
 * they are given; and the snapshots that a room would have written meanwhile.
 */
export async function seedOperations(
  db: pg.Pool,
  sessionId: string,
  history: { participantId: string; operations: readonly TextOperation[]; clients?: readonly string[] },
): Promise<void> {
  const { rows } = await db.query<{ id: string; snapshot_text: string }>(
    "select id, snapshot_text from document where session_id = $1",
    [sessionId],
  );
  const documentId = rows[0]?.id ?? "";
  const clients = history.clients ?? Array.from({ length: 10 }, () => randomUUID());
  const { participantId } = history;
  const events = history.operations.map((operation, index): NewEvent => {
    const clientId = clients[index % clients.length] ?? "";
    const place = { participantId, documentId, revision: index + 1, clientId };
    const seq = Math.floor(index / clients.length) + 1;
    return { kind: "operation", ...place, seq, body: { operation: [...operation] } };
  });
  await seedEvents(db, sessionId, events);
  const before = Rope.of(rows[0]?.snapshot_text ?? "");
  const text = history.operations.reduce((folded, operation) => folded.apply(operation), before).toString();
  const last = events
    .slice(-Math.min(clients.length, 1_000))
    .flatMap((event) => (event.kind === "operation" ? [event] : []));
  const snapshotClients = last.map(({ clientId, seq, revision }) => ({ clientId, participantId, seq, revision }));
  await db.query(
    "update document set snapshot_revision = $2, snapshot_text = $3, snapshot_clients = $4 where id = $1",
    [documentId, events.length, text, JSON.stringify(snapshotClients)],
  );
  await makeStateSnapshots(db, sessionId);
}

async function makeStateSnapshots(pool: pg.Pool, sessionId: string): Promise<void> {
  const db = createDatabase<SessionDatabase>(pool.options.connectionString ?? "", createLogger("seed", "fatal"), 1);
  try {
    await stateAt(db, sessionId, (await readHeadOf(db, sessionId)).number);
  } finally {
    await db.destroy();
  }
}
