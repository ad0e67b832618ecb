import { isFilePath, isSamePlace } from "@greenroom/shared/project/check-path.ts";
import { maxFilesInProject, type ProjectFile } from "@greenroom/shared/protocol/file.ts";

/** Why a file cannot be called so beside these others; undefined when it can. [F2] */
export function fileNameFault(path: string, others: readonly ProjectFile[]): string | undefined {
  if (path === "") return "Give it a name.";
  if (!isFilePath(path)) return "A file cannot be called so. Folders and names are joined by “/”, as in lib/util.py.";
  if (others.some((other) => isSamePlace(other.path, path))) return "There is a file, or a folder, of this name.";
  return undefined;
}

export const tooManyFiles = `A project has ${maxFilesInProject} files at the most.`;
