import { randomUUID } from "node:crypto";
import { getLanguage } from "@greenroom/shared/languages.ts";
import { createDatabase, migrate } from "@greenroom/shared/node/database.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { randomFrom, randomOperation } from "@greenroom/shared/ot/random-operation.ts";
import { givenInput } from "@greenroom/shared/protocol/run.ts";
import { createTestDatabase } from "@greenroom/shared/testing/postgres.ts";
import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { findDocument, readText } from "../document/document-store.ts";
import { verifyLog } from "../log/verify-log.ts";
import { migrations } from "./migrations.ts";
import type { SessionDatabase } from "./schema.ts";

const logger = createLogger("test", "fatal");

/** A database as it was before there was a log. */
async function oldDatabase() {
  const database = await createTestDatabase();
  const db = createDatabase<SessionDatabase>(database.url, logger);
  const pool = new pg.Pool({ connectionString: database.url });
  pool.on("error", () => undefined);
  onTestFinished(async () => {
    await Promise.all([db.destroy(), pool.end()]);
    await database.close();
  });
  const names = ["20261120-first-tables", "20261121-problems", "20261121-runs-going-on"];
  await migrate(db, Object.fromEntries(names.map((name) => [name, migrations[name]!])));
  return { db, pool };
}

interface OldDocument {
  readonly documentId: string;
  readonly text: string;
  readonly revision: number;
}

/** @param snapshotAt the revision of the snapshot; the text at revision 0 is kept nowhere */
async function writeDocument(
  pool: pg.Pool,
  {
    sessionId,
    language,
    start,
    snapshotAt,
  }: { sessionId: string; language: string; start: string; snapshotAt: number },
): Promise<OldDocument> {
  const documentId = randomUUID();
  const random = randomFrom(snapshotAt);
  const clients = [randomUUID(), randomUUID()];
  await pool.query("insert into document (id, session_id, language, snapshot_text) values ($1, $2, $3, $4)", [
    documentId,
    sessionId,
    language,
    start,
  ]);
  let text = start;
  for (let revision = 1; revision <= 300; revision++) {
    const { operation, after } = randomOperation(text, random);
    text = after;
    await pool.query(
      `insert into operation (document_id, revision, client_id, seq, participant_id, committed_at, operation)
       values ($1, $2, $3, $4, $5, now() + $6 * interval '1 second', $7)`,
      [
        documentId,
        revision,
        clients[revision % 2],
        Math.ceil(revision / 2),
        randomUUID(),
        revision,
        JSON.stringify(operation),
      ],
    );
    if (revision === snapshotAt)
      await pool.query("update document set snapshot_revision = $2, snapshot_text = $3 where id = $1", [
        documentId,
        revision,
        text,
      ]);
  }
  await pool.query("update document set revision = 300 where id = $1", [documentId]);
  return { documentId, text, revision: 300 };
}

it("[L1] a database from before the log has the same texts after, in logs that hold", async () => {
  const { db, pool } = await oldDatabase();
  const [sessionId, untouched, participantId, runId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  for (const id of [sessionId, untouched])
    await pool.query(
      "insert into session (id, title, language, created_by, created_by_name) values ($1, 'Old', 'python', $2, 'Ada')",
      [id, participantId],
    );
  await pool.query("update session set ended_at = now() + interval '1 hour' where id = $1", [sessionId]);
  await pool.query(
    "insert into participant (session_id, id, name, role, color) values ($1, $2, 'Ada', 'interviewer', 0)",
    [sessionId, participantId],
  );
  const { starter } = getLanguage("python");
  const documents = [
    await writeDocument(pool, { sessionId, language: "python", start: starter, snapshotAt: 200 }),
    await writeDocument(pool, { sessionId, language: "java", start: "A starter of its time 😀\n", snapshotAt: 250 }),
  ];
  await pool.query("insert into document (id, session_id, language, snapshot_text) values ($1, $2, 'python', 'x')", [
    randomUUID(),
    untouched,
  ]);
  await pool.query(
    `insert into run (id, session_id, document_id, language, revision, participant_id, source, task, state, queued_at,
       result, output) values ($1, $2, $3, 'python', 5, $4, '', $5, 'ended', now(), $6, $7)`,
    [
      runId,
      sessionId,
      documents[0]?.documentId,
      participantId,
      JSON.stringify(givenInput("")),
      JSON.stringify({ outcome: "exited", wallMs: 5 }),
      JSON.stringify([{ number: 1, stream: "stdout", text: "Hello" }]),
    ],
  );
  await migrate(db, migrations);

  const verified = await verifyLog(db, sessionId);
  if (!verified.ok) throw new Error(`${verified.number}: ${verified.why}`);
  const { state } = verified;
  for (const { documentId, text, revision } of documents) {
    const row = await findDocument(db, documentId);
    expect(await readText(db, row!)).toEqual({ text, revision });
    expect(state.documents[documentId]).toMatchObject({ text, revision });
    expect(row?.snapshot_clients).toHaveLength(2);
  }
  expect(state).toMatchObject({
    title: "Old",
    phase: "ended",
    desk: { language: "python", documentId: documents[0]?.documentId, problem: null },
    participants: { [participantId]: { name: "Ada", role: "interviewer" } },
    runs: [{ run: { runId, state: "ended" }, chunks: [{ text: "Hello" }] }],
  });
  expect(await verifyLog(db, untouched)).toMatchObject({ ok: true, events: 3 });
});
