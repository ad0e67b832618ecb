import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import { Folding } from "@greenroom/shared/log/reduce.ts";
import { emptyState, type SessionState } from "@greenroom/shared/log/state.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { digestOf, emptyHead, type Head, linkOf } from "./chain.ts";
import { type ChainRow, readChain, readHeadOf, readStateSnapshots, toEvent } from "./log-store.ts";

type Db = Database<SessionDatabase>;

/** What looking a log through came to. */
export type Verified =
  | { ok: true; events: number; erased: number; snapshots: number; state: SessionState }
  | { ok: false; number: number; why: string };

const pageLength = 1_000;

class Broken extends Error {
  readonly number: number;
  constructor(number: number, why: string) {
    super(why);
    this.number = number;
  }
}

/**
 * Looks a whole log through: every link of its chain, up to the head in the session's row; that it can be folded; and that
 * every snapshot is what the fold comes to. [L3]
 */
export async function verifyLog(db: Db, sessionId: string): Promise<Verified> {
  let head = emptyHead(sessionId);
  const folding = new Folding(emptyState);
  let erased = 0;
  const snapshots = await readStateSnapshots(db, sessionId);
  const isLeft = new Map(snapshots.map((snapshot) => [snapshot.number, snapshot.state]));
  try {
    for (let page = await next(db, sessionId, 0); page.length > 0; page = await next(db, sessionId, head.number))
      for (const row of page) {
        head = follow(head, row);
        fold(folding, toEvent(row));
        if (row.erased) erased += 1;
        const snapshot = isLeft.get(head.number);
        if (snapshot !== undefined && snapshot !== JSON.stringify(folding.state))
          throw new Broken(head.number, "the snapshot here is not what the log comes to");
        isLeft.delete(head.number);
      }
    const said = await readHeadOf(db, sessionId);
    if (said.number !== head.number || !said.link.equals(head.number === 0 ? said.link : head.link))
      throw new Broken(head.number, `the session says that its log ends with event ${said.number}, and another link`);
    for (const number of isLeft.keys()) throw new Broken(number, "there is a snapshot behind the log's end");
    return { ok: true, events: head.number, erased, snapshots: snapshots.length, state: folding.state };
  } catch (error) {
    if (error instanceof Broken) return { ok: false, number: error.number, why: error.message };
    throw error;
  }
}

async function next(db: Db, sessionId: string, after: number): Promise<ChainRow[]> {
  return await readChain(db, sessionId, { after, limit: pageLength });
}

function follow(head: Head, row: ChainRow): Head {
  const { number, at, digest, link } = row;
  if (number !== head.number + 1) throw new Broken(head.number + 1, `event ${number} comes after event ${head.number}`);
  if (at < head.at) throw new Broken(number, "it happened before the event before it");
  if (row.erased !== (row.salt === null)) throw new Broken(number, "its salt does not say whether it was erased");
  if (row.salt && !digestOf(row.salt, row.body).equals(digest)) throw new Broken(number, "its body is not what it was");
  const { participant_id: participantId, document_id: documentId, client_id: clientId } = row;
  const { kind, revision, seq } = row;
  const event = { number, at, kind, participantId, documentId, revision, clientId, seq };
  if (!linkOf(head.link, event, digest).equals(link)) throw new Broken(number, "its link does not hold");
  return { number, at, link };
}

function fold(folding: Folding, event: SessionEvent): void {
  try {
    folding.take(event);
  } catch (error) {
    throw new Broken(event.number, error instanceof Error ? error.message : String(error));
  }
}
