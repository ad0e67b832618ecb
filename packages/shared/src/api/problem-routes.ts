import { Type } from "typebox";
import { Problem, ProblemContent, ProblemVersion } from "../problem/problem.ts";
import { defineRoute } from "./route.ts";

const Id = Type.String({ format: "uuid" });
const ProblemParams = Type.Object({ problemId: Id });

/** The company's problems. Only accounts see them here; a room shows one to its participants over its socket. */
export const listProblems = defineRoute({
  method: "GET",
  path: "/api/problems",
  summary: "The company's problems, the last changed first, without their contents",
  access: "user",
  response: Type.Object({
    problems: Type.Array(
      Type.Object({
        problemId: Id,
        version: Type.Integer(),
        title: Type.String(),
        style: Type.Union([Type.Literal("stdin"), Type.Literal("function"), Type.Literal("interactive")]),
        visibleCases: Type.Integer(),
        hiddenCases: Type.Integer(),
        createdBy: Type.Object({ userId: Id, name: Type.String() }),
        changedAt: Type.Integer(),
      }),
    ),
  }),
  errors: [],
});

export const createProblem = defineRoute({
  method: "POST",
  path: "/api/problems",
  summary: "Make a problem",
  access: "user",
  body: ProblemContent,
  response: Problem,
  errors: ["too-large"],
});

export const getProblem = defineRoute({
  method: "GET",
  path: "/api/problems/:problemId",
  summary: "A problem, with its hidden cases",
  access: "user",
  params: ProblemParams,
  response: Problem,
  errors: ["not-found"],
});

export const getProblemVersion = defineRoute({
  method: "GET",
  path: "/api/problems/:problemId/versions/:version",
  summary: "A version of a problem, with its hidden cases; also of one that was taken off the list",
  access: "user",
  params: Type.Object({ problemId: Id, version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }),
  response: ProblemVersion,
  errors: ["not-found"],
});

export const changeProblem = defineRoute({
  method: "PATCH",
  path: "/api/problems/:problemId",
  summary: "Change a problem: a new version of it, unless somebody else has changed it meanwhile",
  access: "user",
  params: ProblemParams,
  /** `version`: the one that was changed. */
  body: Type.Object({ version: Type.Integer({ minimum: 1 }), content: ProblemContent }),
  response: Problem,
  errors: ["not-found", "conflict", "too-large"],
});

export const deleteProblem = defineRoute({
  method: "DELETE",
  path: "/api/problems/:problemId",
  summary: "Take a problem off the list; sessions that showed it keep it",
  access: "user",
  params: ProblemParams,
  response: Type.Null(),
  errors: ["not-found"],
});

export const problemRoutes = [
  listProblems,
  createProblem,
  getProblem,
  getProblemVersion,
  changeProblem,
  deleteProblem,
] as const;
