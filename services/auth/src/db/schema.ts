import type { Role } from "@greenroom/shared/roles.ts";
import type { UserRole } from "@greenroom/shared/api/auth-routes.ts";

/** Instants are milliseconds since the epoch; of secrets there are only SHA-256 hashes. */
export interface Schema {
  users: UsersTable;
  account_invites: AccountInvitesTable;
  invites: InvitesTable;
  guests: GuestsTable;
  refresh_families: RefreshFamiliesTable;
  refresh_tokens: RefreshTokensTable;
  api_keys: ApiKeysTable;
}

export interface UsersTable {
  id: string;
  name: string;
  /** Trimmed and in lower case: unique as people understand it. */
  email: string;
  /** An argon2id string, which carries its salt and its cost. */
  password_hash: string;
  role: UserRole;
  disabled: boolean;
  created_at: number;
}

export interface AccountInvitesTable {
  id: string;
  secret_hash: string;
  created_by: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** Links into sessions. */
export interface InvitesTable {
  id: string;
  secret_hash: string;
  /** A session of the session service, which alone knows more about it. */
  session_id: string;
  session_title: string;
  role: Role;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
}

/** A participant without an account: one browser in one session in one role. */
export interface GuestsTable {
  participant_id: string;
  session_id: string;
  role: Role;
  /** The invite they came by last. */
  invite_id: string;
  name: string;
  created_at: number;
}

/** One log-in of one browser: all refresh tokens that came of it. Either a user's or a guest's. */
export interface RefreshFamiliesTable {
  id: string;
  user_id: string | null;
  participant_id: string | null;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
}

export interface RefreshTokensTable {
  token_hash: string;
  family_id: string;
  created_at: number;
  /** Null only for the newest of its family. */
  rotated_at: number | null;
}

/** Keys to the judge, for programs. */
export interface ApiKeysTable {
  id: string;
  name: string;
  /** SHA-256 of the key, hexadecimal. */
  key_hash: string;
  /** How the key begins. */
  hint: string;
  runs_per_minute: number;
  runs_per_day: number;
  runs_at_once: number;
  created_by: string;
  created_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
}
