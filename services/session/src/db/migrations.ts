import type { Migrations } from "@greenroom/shared/node/database.ts";
import * as firstTables from "./migrations/20261120-first-tables.ts";
import * as problems from "./migrations/20261121-problems.ts";
import * as runsGoingOn from "./migrations/20261121-runs-going-on.ts";
import * as sessionLog from "./migrations/20261121-session-log.ts";
import * as wholePrograms from "./migrations/20261121-whole-programs.ts";

/** Every migration in order; what has landed is never edited. */
export const migrations: Migrations = {
  "20261120-first-tables": firstTables,
  "20261121-problems": problems,
  "20261121-runs-going-on": runsGoingOn,
  "20261121-session-log": sessionLog,
  "20261121-whole-programs": wholePrograms,
};
