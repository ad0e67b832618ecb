import type { Migrations } from "@greenroom/shared/node/database.ts";
import { type Kysely, sql } from "kysely";

const first = `
CREATE TABLE users (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  password_hash text NOT NULL,
  role text NOT NULL CHECK (role IN ('admin', 'member')),
  disabled boolean NOT NULL DEFAULT false,
  created_at bigint NOT NULL
);

CREATE TABLE account_invites (
  id uuid PRIMARY KEY,
  secret_hash text NOT NULL UNIQUE,
  created_by uuid NOT NULL REFERENCES users,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  used_at bigint
);

CREATE TABLE invites (
  id uuid PRIMARY KEY,
  secret_hash text NOT NULL UNIQUE,
  session_id uuid NOT NULL,
  session_title text NOT NULL,
  role text NOT NULL CHECK (role IN ('interviewer', 'candidate', 'observer')),
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  revoked_at bigint
);
CREATE INDEX invites_of_session ON invites (session_id);

CREATE TABLE guests (
  participant_id uuid PRIMARY KEY,
  session_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('interviewer', 'candidate', 'observer')),
  invite_id uuid NOT NULL REFERENCES invites,
  name text NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE refresh_families (
  id uuid PRIMARY KEY,
  user_id uuid REFERENCES users,
  participant_id uuid REFERENCES guests,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  revoked_at bigint,
  CHECK ((user_id IS NULL) <> (participant_id IS NULL))
);
CREATE INDEX refresh_families_of_user ON refresh_families (user_id);
CREATE INDEX refresh_families_by_expiry ON refresh_families (expires_at);

CREATE TABLE refresh_tokens (
  token_hash text PRIMARY KEY,
  family_id uuid NOT NULL REFERENCES refresh_families ON DELETE CASCADE,
  created_at bigint NOT NULL,
  rotated_at bigint
);
CREATE INDEX refresh_tokens_of_family ON refresh_tokens (family_id);
`;

const apiKeys = `
CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  key_hash text NOT NULL UNIQUE,
  hint text NOT NULL,
  runs_per_minute integer NOT NULL,
  runs_per_day integer NOT NULL,
  runs_at_once integer NOT NULL,
  created_by uuid NOT NULL REFERENCES users,
  created_at bigint NOT NULL,
  last_used_at bigint,
  revoked_at bigint
);
`;

export const migrations: Migrations = {
  "2026-11-20-0000-users-invites-refresh-tokens": {
    up: async (database: Kysely<unknown>) => {
      await sql.raw(first).execute(database);
    },
  },
  "2026-11-21-0000-api-keys": {
    up: async (database: Kysely<unknown>) => {
      await sql.raw(apiKeys).execute(database);
    },
  },
};
