import { codePointLength, type TextOperation } from "./text-operation.ts";

/** Bounds of one operation and of a document; a client splits what is larger. */
export const maxComponents = 25_000;
export const maxInsertedCharacters = 256 * 1024;
export const maxDocumentCharacters = 1024 * 1024;

export type OperationProblem =
  | "not-an-operation"
  | "too-many-components"
  | "beyond-the-text"
  | "ill-formed-text"
  | "forbidden-character"
  | "insert-too-large"
  | "document-too-large";

/**
 * Everything ot-text-unicode does not check itself, before anything reaches it: it would delete beyond the text without
 * a word, loop for days over a large number, and take in a lone surrogate that poisons the document for ever.
 *
 * @param candidate what came over the wire, of any shape
 * @param length the text's length in code points
 * @returns the first problem, or undefined when `candidate` is a TextOperation for such a text
 */
export function validateOperation(candidate: unknown, length: number): OperationProblem | undefined {
  if (!Array.isArray(candidate) || candidate.length === 0) return "not-an-operation";
  if (candidate.length > maxComponents) return "too-many-components";
  let consumed = 0;
  let inserted = 0;
  let deleted = 0;
  let afterSkip = false;
  for (const component of candidate as unknown[]) {
    // The format knows neither two skips in a row nor one at the end: ot-text-unicode throws at both.
    if (afterSkip && typeof component === "number") return "not-an-operation";
    afterSkip = typeof component === "number";
    if (typeof component === "string") {
      const problem = insertProblem(component);
      if (problem) return problem;
      inserted += codePointLength(component);
    } else {
      const count = typeof component === "number" ? component : deletionCount(component);
      if (count === undefined || !Number.isSafeInteger(count) || count < 1) return "not-an-operation";
      consumed += count;
      if (typeof component !== "number") deleted += count;
      if (consumed > length) return "beyond-the-text";
    }
  }
  if (afterSkip) return "not-an-operation";
  if (inserted > maxInsertedCharacters) return "insert-too-large";
  if (length + inserted - deleted > maxDocumentCharacters && inserted > deleted) return "document-too-large";
  return undefined;
}

function insertProblem(text: string): OperationProblem | undefined {
  if (text.length === 0) return "not-an-operation";
  if (!text.isWellFormed()) return "ill-formed-text";
  // Documents have LF line ends only, and Postgres stores no NUL.
  if (text.includes("\r") || text.includes("\0")) return "forbidden-character";
  return undefined;
}

function deletionCount(component: unknown): number | undefined {
  if (typeof component !== "object" || component === null || Object.keys(component).length !== 1) return undefined;
  return "d" in component && typeof component.d === "number" ? component.d : undefined;
}

/** Narrows what `validateOperation` has found no problem in. */
export function isOperationFor(candidate: unknown, length: number): candidate is TextOperation {
  return validateOperation(candidate, length) === undefined;
}
