import { hash, randomBytes } from "node:crypto";
import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import { apply, codePointLength, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { type Kysely, sql } from "kysely";

/** One log of a session takes the place of a list of operations for each document: what is there moves over. */
const before = [
  // No foreign key: the statement that appends holds the session's row, and a key would be looked up for each event.
  sql`
    create table event (
      session_id uuid not null,
      number integer not null,
      at bigint not null,
      kind text not null,
      participant_id uuid,
      document_id uuid,
      revision integer,
      client_id uuid,
      seq integer,
      erased boolean not null default false,
      salt bytea,
      digest bytea not null,
      link bytea not null,
      body text not null,
      primary key (session_id, number)
    )`,
  // Rows that every commit changes: what is free in their pages keeps them where they are.
  sql`
    alter table session
      add column log_number integer not null default 0,
      add column log_link bytea not null default '',
      add column signature text,
      set (fillfactor = 50)`,
  sql`
    alter table document
      add column path text,
      add column snapshot_clients jsonb not null default '[]',
      add column deleted_at timestamptz,
      drop constraint document_of_problem`,
  sql`
    create table state_snapshot (
      session_id uuid not null references session (id),
      number integer not null,
      state text not null,
      primary key (session_id, number)
    )`,
];

const after = [
  sql`alter table document alter column path set not null, drop column revision`,
  sql`create unique index document_path on document (session_id, problem_id, language, path)
      nulls not distinct where deleted_at is null`,
  sql`create unique index event_revision on event (document_id, revision) where kind = 'operation'`,
  sql`create unique index event_client on event (document_id, client_id, seq) where kind = 'operation'`,
  sql`create index event_of_room on event (session_id, number)
      where kind not in ('operation', 'carets', 'run.output', 'run.cases')`,
  sql`create index session_unsigned on session (ended_at) where signature is null and ended_at is not null`,
  sql`drop table operation`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of before) await statement.execute(db);
  const sessions = await sql<OldSession>`
    select id, title, language, created_by, created_by_name, created_at, ended_at, problem_id, problem_version
    from session`.execute(db);
  for (const session of sessions.rows) await moveSession(db, session);
  for (const statement of after) await statement.execute(db);
}

interface OldSession {
  readonly id: string;
  readonly title: string;
  readonly language: LanguageId;
  readonly created_by: string;
  readonly created_by_name: string;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly problem_id: string | null;
  readonly problem_version: number | null;
}
interface OldDocument {
  readonly id: string;
  readonly problem_id: string | null;
  readonly language: LanguageId;
  readonly snapshot_revision: number;
  readonly snapshot_text: string;
  readonly created_at: Date;
}
interface OldOperation {
  readonly revision: number;
  readonly client_id: string;
  readonly seq: number;
  readonly participant_id: string;
  readonly committed_at: Date;
  readonly operation: TextOperation;
}

/** An event before it has its place; the columns are the header's, in the order in which it is hashed. */
interface Moved {
  at: number;
  readonly kind: string;
  readonly participant: string | null;
  readonly operation?: readonly [documentId: string, revision: number, clientId: string, seq: number];
  readonly body: unknown;
}

async function moveSession(db: Kysely<unknown>, session: OldSession): Promise<void> {
  const documents = await sql<OldDocument>`
    select id, problem_id, language, snapshot_revision, snapshot_text, created_at
    from document where session_id = ${session.id} order by created_at, id`.execute(db);
  const lists = [await participantsOf(db, session.id), await runsOf(db, session.id)];
  for (const document of documents.rows) lists.push(await moveDocument(db, document));
  const created = {
    at: session.created_at.getTime(),
    kind: "session.created",
    participant: null,
    body: { title: session.title, createdBy: { userId: session.created_by, name: session.created_by_name } },
  };
  const desk = { at: Infinity, kind: "desk", participant: null, body: deskOf(session, documents.rows) };
  // Sorting keeps the order of what has one instant, and each list is in order already.
  const events: Moved[] = [created, ...lists.flat().toSorted((one, other) => one.at - other.at)];
  events.push({ ...desk, at: events.at(-1)?.at ?? created.at });
  if (session.ended_at) events.push({ at: Infinity, kind: "session.ended", participant: null, body: {} });
  await append(db, session, events);
}

function deskOf(session: OldSession, documents: readonly OldDocument[]): Record<string, unknown> {
  const { language, problem_id: problemId, problem_version: version } = session;
  const shown = documents.find((one) => one.language === language && one.problem_id === problemId);
  return { language, documentId: shown?.id, problem: problemId === null ? null : { problemId, version } };
}

async function participantsOf(db: Kysely<unknown>, sessionId: string): Promise<Moved[]> {
  const { rows } = await sql<{
    id: string;
    name: string;
    role: string;
    color: number;
    joined_at: Date;
    removed_at: Date | null;
  }>`select id, name, role, color, joined_at, removed_at from participant where session_id = ${sessionId}`.execute(db);
  return rows.flatMap(({ id, name, role, color, joined_at: joined, removed_at: removed }): Moved[] => [
    { at: joined.getTime(), kind: "participant.joined", participant: id, body: { name, role, color } },
    ...(removed
      ? [{ at: removed.getTime(), kind: "participant.removed", participant: null, body: { removed: id } }]
      : []),
  ]);
}

async function runsOf(db: Kysely<unknown>, sessionId: string): Promise<Moved[]> {
  const { rows } = await sql<{
    id: string;
    document_id: string;
    language: string;
    revision: number;
    participant_id: string;
    task: unknown;
    problem_id: string | null;
    problem_version: number | null;
    queued_at: Date;
    state: string;
    result: { wallMs: number | null; cases?: unknown[] } | null;
    output: unknown[] | null;
  }>`
    select id, document_id, language, revision, participant_id, task, problem_id, problem_version, queued_at, state,
      result, output
    from run where session_id = ${sessionId} order by queued_at`.execute(db);
  return rows.flatMap((row): Moved[] => {
    const queuedAt = row.queued_at.getTime();
    const { document_id: documentId, language, revision, participant_id: participantId, task } = row;
    const problem = row.problem_id === null ? null : { problemId: row.problem_id, version: row.problem_version };
    const asked = { runId: row.id, documentId, language, revision, participantId, task, problem, queuedAt };
    const run = { ...asked, state: "queued", position: null, result: null };
    const queued = { at: queuedAt, kind: "run", participant: participantId, body: { run } };
    if (row.state !== "ended") return [queued];
    const at = queuedAt + Math.round(row.result?.wallMs ?? 0);
    const news = [
      { kind: "run.output", body: { runId: row.id, chunks: row.output ?? [] } },
      { kind: "run.cases", body: { runId: row.id, cases: row.result?.cases ?? [] } },
      { kind: "run", body: { run: { ...run, state: "ended", result: row.result } } },
    ];
    return [queued, ...news.map((one) => ({ at, participant: null, ...one }))];
  });
}

async function moveDocument(db: Kysely<unknown>, document: OldDocument): Promise<Moved[]> {
  const { rows } = await sql<OldOperation>`
    select revision, client_id, seq, participant_id, committed_at, operation
    from operation where document_id = ${document.id} order by revision`.execute(db);
  const path = getLanguage(document.language).fileName;
  const clients = new Map<string, Record<string, unknown>>();
  for (const row of rows.slice(0, document.snapshot_revision))
    clients.set(row.client_id, {
      clientId: row.client_id,
      participantId: row.participant_id,
      seq: row.seq,
      revision: row.revision,
    });
  await sql`
    update document set path = ${path}, snapshot_clients = ${JSON.stringify([...clients.values()])}::jsonb
    where id = ${document.id}`.execute(db);
  const text = textBefore(document, rows);
  const { id: documentId, language, problem_id: problemId } = document;
  let at = document.created_at.getTime();
  const added = { at, kind: "document.added", participant: null };
  const operations = rows.map((row): Moved => {
    at = Math.max(at, row.committed_at.getTime());
    const { revision, client_id: clientId, seq, participant_id: participant } = row;
    const operation = [documentId, revision, clientId, seq] as const;
    return { at, kind: "operation", participant, operation, body: { operation: row.operation } };
  });
  return [{ ...added, body: { documentId, language, problemId, path, text } }, ...operations];
}

/**
 * What the document began with. It was not kept: the language's starter when that leads to the snapshot; otherwise what
 * is known of it, with U+FFFD for each character that was deleted later.
 */
function textBefore(document: OldDocument, rows: readonly OldOperation[]): string {
  const operations = rows.slice(0, document.snapshot_revision).map(({ operation }) => operation);
  const { starter } = getLanguage(document.language);
  try {
    if (operations.reduce((text, operation) => apply(text, operation), starter) === document.snapshot_text)
      return starter;
  } catch {
    // They were not made for it.
  }
  return operations.reduceRight((text, operation) => apply(text, undo(operation)), document.snapshot_text);
}

function undo(operation: TextOperation): TextOperation {
  return operation.map((component) => {
    if (typeof component === "number") return component;
    return typeof component === "string" ? { d: codePointLength(component) } : "\ufffd".repeat(component.d);
  });
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer => hash("sha256", Buffer.concat(parts), "buffer");

/** Rows of one insert. */
const pageLength = 1_000;

/** The chain as PROTOCOL.md has it at this day [L3]. */
async function append(db: Kysely<unknown>, session: OldSession, events: readonly Moved[]): Promise<void> {
  let link = sha256(Buffer.from(session.id));
  let at = 0;
  const rows = events.map((event, index) => {
    const number = index + 1;
    at = Math.min(Math.max(at, event.at === Infinity ? at : event.at), session.ended_at?.getTime() ?? Infinity);
    if (event.kind === "session.ended") at = session.ended_at?.getTime() ?? at;
    const [documentId, revision, clientId, seq] = event.operation ?? [null, null, null, null];
    const body = JSON.stringify(event.body);
    const salt = randomBytes(16);
    const digest = sha256(salt, Buffer.from(body));
    const header = [number, at, event.kind, event.participant, documentId, revision, clientId, seq];
    link = sha256(link, Buffer.from(JSON.stringify(header)), digest);
    const hashed = { salt: salt.toString("hex"), digest: digest.toString("hex"), link: link.toString("hex"), body };
    const { kind, participant } = event;
    return { number, at, kind, participant, documentId, revision, clientId, seq, ...hashed };
  });
  for (let from = 0; from < rows.length; from += pageLength)
    await sql`
      insert into event (session_id, number, at, kind, participant_id, document_id, revision, client_id, seq, salt,
        digest, link, body)
      select ${session.id}, number, at, kind, participant, "documentId", revision, "clientId", seq,
        decode(salt, 'hex'), decode(digest, 'hex'), decode(link, 'hex'), body
      from json_to_recordset(${JSON.stringify(rows.slice(from, from + pageLength))}::json) as new (number integer,
        at bigint, kind text, participant uuid, "documentId" uuid, revision integer, "clientId" uuid, seq integer,
        salt text, digest text, link text, body text)`.execute(db);
  await sql`
    update session set log_number = ${rows.length}, log_link = ${link} where id = ${session.id}`.execute(db);
}
