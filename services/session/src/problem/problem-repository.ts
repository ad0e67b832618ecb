import { randomUUID } from "node:crypto";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { ResponseOf } from "@greenroom/shared/api/route.ts";
import type { listProblems as listProblemsRoute } from "@greenroom/shared/api/problem-routes.ts";
import type { Database, Transaction } from "@greenroom/shared/node/database.ts";
import type { Problem, ProblemContent, ProblemVersion } from "@greenroom/shared/problem/problem.ts";
import { sql } from "kysely";
import type { SessionDatabase } from "../db/schema.ts";

type Db = Database<SessionDatabase>;

/** The newest version of each problem that was not taken off the list. */
function newest(db: Db) {
  return db
    .selectFrom("problem")
    .innerJoin("problem_version", "problem_version.problem_id", "problem.id")
    .where("deleted_at", "is", null)
    .distinctOn("problem.id")
    .select(["problem.id", "created_by", "created_by_name", "created_at", "version", "content", "changed_at"])
    .orderBy("problem.id")
    .orderBy("version", "desc");
}

type NewestRow = Awaited<ReturnType<ReturnType<typeof newest>["executeTakeFirstOrThrow"]>>;

function toProblem(row: NewestRow): Problem {
  return {
    problemId: row.id,
    version: row.version,
    content: row.content,
    createdBy: { userId: row.created_by, name: row.created_by_name },
    createdAt: row.created_at.getTime(),
    changedAt: row.changed_at.getTime(),
  };
}

type ListItem = ResponseOf<typeof listProblemsRoute>["problems"][number];

/** The last changed first. The cases are counted by Postgres: a list need not read megabytes of them. */
export async function listProblems(db: Db): Promise<ListItem[]> {
  const counted = (visibility: "visible" | "hidden") =>
    sql<number>`(select count(*)::int from jsonb_array_elements(content -> 'cases') one
                 where one ->> 'visibility' = ${visibility})`;
  const rows = await db
    .selectFrom(newest(db).as("newest"))
    .select(["id", "version", "created_by", "created_by_name", "changed_at"])
    .select([
      sql<string>`content ->> 'title'`.as("title"),
      sql<ListItem["style"]>`content -> 'style' ->> 'kind'`.as("style"),
      counted("visible").as("visible_cases"),
      counted("hidden").as("hidden_cases"),
    ])
    .orderBy("changed_at", "desc")
    .execute();
  return rows.map((row) => ({
    problemId: row.id,
    version: row.version,
    title: row.title,
    style: row.style,
    visibleCases: row.visible_cases,
    hiddenCases: row.hidden_cases,
    createdBy: { userId: row.created_by, name: row.created_by_name },
    changedAt: row.changed_at.getTime(),
  }));
}

export async function findProblem(db: Db, problemId: string): Promise<Problem | undefined> {
  const row = await newest(db).where("problem.id", "=", problemId).executeTakeFirst();
  return row && toProblem(row);
}

export async function getProblem(db: Db, problemId: string): Promise<Problem> {
  const problem = await findProblem(db, problemId);
  if (!problem) throw new ApiError("not-found", "There is no such problem.");
  return problem;
}

/** A version that a session showed or a run met; it stays though the problem is taken off the list. */
export async function getProblemVersion(
  db: Db | Transaction<SessionDatabase>,
  problemId: string,
  version: number,
): Promise<ProblemVersion> {
  const row = await db
    .selectFrom("problem_version")
    .select("content")
    .where("problem_id", "=", problemId)
    .where("version", "=", version)
    .executeTakeFirst();
  if (!row) throw new ApiError("not-found", "There is no such version of a problem.");
  return { problemId, version, content: row.content };
}

export async function createProblem(
  db: Db,
  content: ProblemContent,
  createdBy: { userId: string; name: string },
): Promise<Problem> {
  const problemId = randomUUID();
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto("problem")
      .values({ id: problemId, created_by: createdBy.userId, created_by_name: createdBy.name })
      .execute();
    await transaction
      .insertInto("problem_version")
      .values({ problem_id: problemId, version: 1, content: JSON.stringify(content) })
      .execute();
  });
  return await getProblem(db, problemId);
}

/** Makes the version after `changed.version`; throws "conflict" when somebody else has made it. */
export async function changeProblem(
  db: Db,
  problemId: string,
  changed: { version: number; content: ProblemContent },
): Promise<Problem> {
  const before = await getProblem(db, problemId);
  const conflict = new ApiError("conflict", "Somebody else has changed this problem meanwhile.");
  if (before.version !== changed.version) throw conflict;
  const inserted = await db
    .insertInto("problem_version")
    .values({ problem_id: problemId, version: changed.version + 1, content: JSON.stringify(changed.content) })
    .onConflict((same) => same.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows !== 1n) throw conflict;
  return await getProblem(db, problemId);
}

export async function deleteProblem(db: Db, problemId: string): Promise<void> {
  const deleted = await db
    .updateTable("problem")
    .set({ deleted_at: new Date() })
    .where("id", "=", problemId)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  if (deleted.numUpdatedRows === 0n) throw new ApiError("not-found", "There is no such problem.");
}
