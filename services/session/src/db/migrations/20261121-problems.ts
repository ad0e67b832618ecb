import { type Kysely, sql } from "kysely";

const statements = [
  sql`
    create table problem (
      id uuid primary key,
      created_by uuid not null,
      created_by_name text not null,
      created_at timestamptz not null default now(),
      deleted_at timestamptz
    )`,
  sql`
    create table problem_version (
      problem_id uuid not null references problem (id),
      version integer not null,
      content jsonb not null,
      changed_at timestamptz not null default now(),
      primary key (problem_id, version)
    )`,
  sql`
    alter table session
      add column problem_id uuid,
      add column problem_version integer,
      add foreign key (problem_id, problem_version) references problem_version (problem_id, version)`,
  sql`
    alter table document
      add column problem_id uuid references problem (id),
      drop constraint document_session_id_language_key,
      add constraint document_of_problem unique nulls not distinct (session_id, problem_id, language)`,
  // What a run was asked to do, which the columns source and stdin said before for free runs alone.
  sql`
    alter table run
      add column task jsonb,
      add column problem_id uuid,
      add column problem_version integer,
      add column seed integer,
      add foreign key (problem_id, problem_version) references problem_version (problem_id, version)`,
  sql`
    update run
    set task = jsonb_build_object('kind', 'free', 'input', jsonb_build_object('kind', 'given', 'text', stdin))`,
  sql`alter table run alter column task set not null, drop column stdin`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}
