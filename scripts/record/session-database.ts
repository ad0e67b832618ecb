import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createDatabase, type Database } from "@greenroom/shared/node/database.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";

import type { SessionDatabase } from "../../services/session/src/db/schema.ts";

/** The session database of the Greenroom in this folder, or the one that SESSION_DATABASE_URL names, for a command. */
export function openSessionDatabase(command: string): Database<SessionDatabase> {
  const secret = join(resolve(process.env["GREENROOM_DATA_DIR"] ?? ".data"), "secrets", "session-database-url");
  const url = process.env["SESSION_DATABASE_URL"] ?? (existsSync(secret) ? readFileSync(secret, "utf8").trim() : "");
  if (url === "")
    throw new Error(`There is no ${secret}, and no SESSION_DATABASE_URL: has Greenroom been started here?`);
  return createDatabase<SessionDatabase>(url, createLogger(command, "warn"), 1);
}

export const isId = (text: string | undefined): text is string => text !== undefined && /^[0-9a-f-]{36}$/i.test(text);
