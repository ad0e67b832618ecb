import { ApiError } from "@greenroom/shared/api/error.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import { codePointLength } from "@greenroom/shared/ot/text-operation.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { foldOperations, readTail } from "../document/document-store.ts";
import { toEvent } from "./log-store.ts";

type Db = Database<SessionDatabase>;

const pageLength = 1_000;

/** As many code points as there were, and nothing of them: operations that come later still fit. */
const mask = (text: string): string => "\u2588".repeat(codePointLength(text));

/** The body of somebody's event without anything that they wrote, or their programs put out; undefined when it has none. */
function erasedBody(event: SessionEvent, participantId: string, runs: ReadonlySet<string>): unknown {
  const isTheirs = event.participantId === participantId;
  switch (event.kind) {
    case "session.created":
      if (event.body.createdBy.userId !== participantId) return undefined;
      return { ...event.body, createdBy: { userId: participantId, name: mask(event.body.createdBy.name) } };
    case "participant.joined":
      return isTheirs ? { ...event.body, name: mask(event.body.name) } : undefined;
    case "operation":
      return isTheirs ? { operation: maskStrings(event.body.operation) } : undefined;
    case "document.added": {
      const { text, path } = event.body;
      // A language's own file begins with the language's words, or the problem's.
      const isEntry = path === getLanguage(event.body.language).fileName;
      return isTheirs && !isEntry ? { ...event.body, text: mask(text), path: maskPath(path) } : undefined;
    }
    case "document.renamed":
      return isTheirs ? { ...event.body, path: maskPath(event.body.path) } : undefined;
    case "chat":
      return isTheirs ? { ...event.body, text: mask(event.body.text) } : undefined;
    case "run": {
      const { run } = event.body;
      const { task } = run;
      if (!runs.has(run.runId) || task.kind !== "free" || task.input.kind !== "given") return undefined;
      return { run: { ...run, task: { ...task, input: { ...task.input, text: mask(task.input.text) } } } };
    }
    case "run.output": {
      if (!runs.has(event.body.runId)) return undefined;
      const chunks = event.body.chunks.map((chunk) => ({ ...chunk, text: mask(chunk.text) }));
      return { ...event.body, chunks };
    }
    default:
      return undefined;
  }
}

const maskPath = (path: string): string => path.split("/").map(mask).join("/");

/** Of an operation, what it inserts. */
const maskStrings = (operation: readonly unknown[]): unknown[] =>
  operation.map((component) => (typeof component === "string" ? mask(component) : component));

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
  await transaction
    .updateTable("run")
    .set({ source: "", files: "[]", output: "[]" })
    .where("session_id", "=", sessionId)
    .where("participant_id", "=", participantId)
    .execute();
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
