import { Type } from "typebox";
import { ShownProblem } from "../problem/problem.ts";
import { ProjectFiles } from "./file.ts";

/** Up: the room works on this problem from now on, in its newest version; on none with null. For accounts that interview. [B1] */
export const ShowProblem = Type.Object({
  type: Type.Literal("problem.show"),
  problemId: Type.Union([Type.String({ format: "uuid" }), Type.Null()]),
});

/** Down, to everybody, each as they may see it: what the room works on, and the document that belongs to it. [B2] */
export const ProblemChanged = Type.Object({
  type: Type.Literal("problem"),
  problem: Type.Union([ShownProblem, Type.Null()]),
  /** The room's document in its current language. */
  documentId: Type.String({ format: "uuid" }),
  /** The files of its project. [F4] */
  documents: ProjectFiles,
});
