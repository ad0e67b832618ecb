import { type Kysely, sql } from "kysely";

const statements = [
  sql`
    create table session (
      id uuid primary key,
      title text not null,
      language text not null,
      created_by uuid not null,
      created_by_name text not null,
      created_at timestamptz not null default now(),
      ended_at timestamptz,
      epoch integer not null default 0
    )`,
  sql`create index session_newest on session (created_at desc)`,
  sql`
    create table participant (
      session_id uuid not null references session (id),
      id uuid not null,
      name text not null,
      role text not null check (role in ('interviewer', 'candidate', 'observer')),
      color integer not null,
      joined_at timestamptz not null default now(),
      removed_at timestamptz,
      seated boolean not null default false,
      primary key (session_id, id)
    )`,
  sql`
    create table document (
      id uuid primary key,
      session_id uuid not null references session (id),
      language text not null,
      revision integer not null default 0,
      snapshot_revision integer not null default 0,
      snapshot_text text not null,
      created_at timestamptz not null default now(),
      unique (session_id, language)
    )`,
  sql`
    create table operation (
      document_id uuid not null references document (id),
      revision integer not null,
      client_id uuid not null,
      seq integer not null,
      participant_id uuid not null,
      committed_at timestamptz not null default now(),
      operation jsonb not null,
      primary key (document_id, revision),
      unique (document_id, client_id, seq)
    )`,
  sql`
    create table run (
      id uuid primary key,
      session_id uuid not null references session (id),
      document_id uuid not null references document (id),
      language text not null,
      revision integer not null,
      participant_id uuid not null,
      source text not null,
      stdin text not null,
      state text not null check (state in ('queued', 'running', 'ended')),
      queued_at timestamptz not null,
      result jsonb,
      output jsonb
    )`,
  sql`create index run_of_session on run (session_id, queued_at desc)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}
