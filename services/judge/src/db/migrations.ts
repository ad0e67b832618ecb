import type { Migrations } from "@greenroom/shared/node/database.ts";
import { type Kysely, sql } from "kysely";

const first = `
CREATE TABLE run (
  id uuid PRIMARY KEY,
  key_id uuid,
  counted_in text NOT NULL,
  trust_domain text NOT NULL,
  program json NOT NULL,
  task json NOT NULL,
  limits json NOT NULL,
  priority integer NOT NULL,
  created_at bigint NOT NULL,
  ended_at bigint,
  result json,
  output json,
  callback_url text,
  callback_secret text,
  callback_state text CHECK (callback_state IN ('waiting', 'delivered', 'failed')),
  callback_attempts integer NOT NULL DEFAULT 0,
  callback_at bigint,
  CHECK ((ended_at IS NULL) = (result IS NULL))
);
CREATE INDEX run_going_on ON run (created_at) WHERE ended_at IS NULL;
CREATE INDEX run_by_end ON run (ended_at);
CREATE INDEX run_by_callback ON run (callback_at) WHERE callback_state = 'waiting';
`;

/**
 * The language apart from the program: `json` that holds NUL cannot be looked into. The program's own text has each of its
 * quotes behind a backslash, so that only the property's name matches.
 */
const language = `
ALTER TABLE run ADD COLUMN language text;
UPDATE run SET language = substring(program::text from '"language":"([^"]*)"');
ALTER TABLE run ALTER COLUMN language SET NOT NULL;
`;

export const migrations: Migrations = {
  "2026-11-21-0000-runs": {
    up: async (database: Kysely<unknown>) => {
      await sql.raw(first).execute(database);
    },
  },
  "2026-11-21-0930-language-of-a-run": {
    up: async (database: Kysely<unknown>) => {
      await sql.raw(language).execute(database);
    },
  },
};
