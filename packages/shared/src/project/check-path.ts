import { filePathPattern } from "../jobs/program.ts";

const pattern = new RegExp(filePathPattern, "u");
/** What a file system takes. */
const maxPathBytes = 255;

/** Whether a file of a project may be called so: as an executor takes it, at most 200 units, no blank at either end. [F2] */
export function isFilePath(path: string): boolean {
  if (path.length > 200 || !path.isWellFormed() || path.trim() !== path || !pattern.test(path)) return false;
  return new TextEncoder().encode(path).length <= maxPathBytes;
}

/** Whether two files cannot be in one project: they have one path, or one would be a folder of the other. [F2] */
export function isSamePlace(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
