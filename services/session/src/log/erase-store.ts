import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { foldOperations, readTail } from "../document/document-store.ts";
import { erasedBody, erasedRun, mask } from "./erased-body.ts";
import { toEvent } from "./log-store.ts";

type Db = Database<SessionDatabase>;

const pageLength = 1_000;

/**
 * Erases what a participant of an ended session wrote: their name, their operations, their messages, and what their runs
 * were given and put out. The chain and its signature still hold: digests stay, and nothing can be guessed from them
 * once the salts are gone. Snapshots are made anew. [L3]
 *
 * @returns how many events were erased
 */
export async function eraseParticipant(db: Db, sessionId: string, participantId: string): Promise<number> {
  return await db.transaction().execute(async (transaction) => {
    const session = await transaction
      .selectFrom("session")
      .select(["ended_at", "created_by"])
      .where("id", "=", sessionId)
      .forUpdate()
      .executeTakeFirst();
    if (!session?.ended_at)
      throw new ApiError("conflict", "Only the record of a session that has ended can be erased.");
    const erased = await eraseEvents(transaction, sessionId, participantId);
    await transaction.deleteFrom("state_snapshot").where("session_id", "=", sessionId).execute();
    await eraseRows(transaction, { sessionId, participantId, isCreator: session.created_by === participantId });
    await refoldDocuments(transaction, sessionId);
    return erased;
  });
}

async function eraseEvents(
  transaction: Transaction<SessionDatabase>,
  sessionId: string,
  participantId: string,
): Promise<number> {
  const runs = new Set<string>();
  let erased = 0;
  let after = 0;
  for (;;) {
    const rows = await transaction
      .selectFrom("event")
      .selectAll()
      .where("session_id", "=", sessionId)
      .where("number", ">", after)
      .orderBy("number")
      .limit(pageLength)
      .execute();
    for (const row of rows) {
      const event = toEvent(row);
      if (event.kind === "run" && event.body.run.participantId === participantId) runs.add(event.body.run.runId);
      const body = row.erased ? undefined : erasedBody(event, participantId, runs);
      if (body === undefined) continue;
      erased += 1;
      await transaction
        .updateTable("event")
        .set({ body: JSON.stringify(body), erased: true, salt: null })
        .where("session_id", "=", sessionId)
        .where("number", "=", row.number)
        .execute();
    }
    if (rows.length < pageLength) return erased;
    after = rows.at(-1)?.number ?? after;
  }
}

/** What was kept of it for opening fast, and for lists. */
async function eraseRows(
  transaction: Transaction<SessionDatabase>,
  who: { sessionId: string; participantId: string; isCreator: boolean },
): Promise<void> {
  const { sessionId, participantId, isCreator } = who;
  await transaction
    .updateTable("participant")
    .set({ name: mask("Erased") })
    .where("session_id", "=", sessionId)
    .where("id", "=", participantId)
    .execute();
  if (isCreator)
    await transaction
      .updateTable("session")
      .set({ created_by_name: mask("Erased") })
      .where("id", "=", sessionId)
      .execute();
  await eraseRuns(transaction, { sessionId, participantId });
}

async function eraseRuns(
  transaction: Transaction<SessionDatabase>,
  who: { sessionId: string; participantId: string },
): Promise<void> {
  const runs = await transaction
    .selectFrom("run")
    .select(["id", "task", "result"])
    .where("session_id", "=", who.sessionId)
    .where("participant_id", "=", who.participantId)
    .execute();
  for (const run of runs) {
    const { task, result } = erasedRun(run);
    await transaction
      .updateTable("run")
      .set({ source: "", files: "[]", output: "[]" })
      .set({ task: JSON.stringify(task), result: result && JSON.stringify(result) })
      .where("id", "=", run.id)
      .execute();
  }
}

async function refoldDocuments(transaction: Transaction<SessionDatabase>, sessionId: string): Promise<void> {
  const added = await transaction
    .selectFrom("event")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("kind", "=", "document.added")
    .execute();
  for (const row of added) {
    const event = toEvent(row);
    if (event.kind !== "document.added") continue;
    const { documentId, text } = event.body;
    const operations = await readTail(transaction, documentId, 0);
    await transaction
      .updateTable("document")
      .set({ snapshot_revision: operations.length, snapshot_text: foldOperations(text, operations) })
      .where("id", "=", documentId)
      .execute();
  }
}
