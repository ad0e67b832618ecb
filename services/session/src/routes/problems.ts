import {
  changeProblem as changeProblemRoute,
  createProblem as createProblemRoute,
  deleteProblem as deleteProblemRoute,
  getProblem as getProblemRoute,
  getProblemVersion as getProblemVersionRoute,
  listProblems as listProblemsRoute,
} from "@greenroom/shared/api/problem-routes.ts";
import { addRoute, type RouteGuards } from "@greenroom/shared/node/add-route.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { checkProblem } from "../problem/check-problem.ts";
import {
  changeProblem,
  createProblem,
  deleteProblem,
  getProblem,
  getProblemVersion,
  listProblems,
} from "../problem/problem-repository.ts";

export interface ProblemRouteDeps {
  readonly db: Database<SessionDatabase>;
  readonly guards: RouteGuards;
  readonly logger: Logger;
}

/** Test cases of 8 MiB, written as JSON, and the rest of a problem. */
const problemBodyLimit = 12 * 1024 * 1024;
const withContent: readonly string[] = [createProblemRoute.path, changeProblemRoute.path];

export function addProblemRoutes(server: Server, { db, guards, logger }: ProblemRouteDeps): void {
  server.addHook("onRoute", (route) => {
    if (withContent.includes(route.url)) route.bodyLimit = problemBodyLimit;
  });

  addRoute(server, guards, listProblemsRoute, async () => ({ problems: await listProblems(db) }));

  addRoute(server, guards, getProblemRoute, async ({ params }) => await getProblem(db, params.problemId));

  addRoute(
    server,
    guards,
    getProblemVersionRoute,
    async ({ params }) => await getProblemVersion(db, params.problemId, params.version),
  );

  addRoute(server, guards, createProblemRoute, async ({ body, claims }) => {
    checkProblem(body);
    const problem = await createProblem(db, body, { userId: claims.sub, name: claims.name });
    logger.info({ problemId: problem.problemId, userId: claims.sub }, "A problem was made");
    return problem;
  });

  addRoute(server, guards, changeProblemRoute, async ({ params, body, claims }) => {
    checkProblem(body.content);
    const problem = await changeProblem(db, params.problemId, body);
    logger.info(
      { problemId: problem.problemId, version: problem.version, userId: claims.sub },
      "A problem was changed",
    );
    return problem;
  });

  addRoute(server, guards, deleteProblemRoute, async ({ params, claims }) => {
    await deleteProblem(db, params.problemId);
    logger.info({ problemId: params.problemId, userId: claims.sub }, "A problem was taken off the list");
    return null;
  });
}
