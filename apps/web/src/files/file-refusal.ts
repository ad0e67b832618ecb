import { maxFilesInProject } from "@greenroom/shared/protocol/file.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";

/** Why a change of files was not made: the cause and, where there is one, the next step. */
export function fileRefusal(frame: DownFrameOf<"error">, path: string): string {
  const done = { "file.rename": "renamed", "file.delete": "deleted" }[frame.refused ?? ""] ?? "added";
  return `${path} was not ${done}: ${causes[frame.code] ?? "the server had a problem of its own. Try again."}`;
}

const causes: Partial<Record<string, string>> = {
  "bad-path": "a file cannot be called so.",
  "path-taken": "there is a file, or a folder, of this name.",
  "document-taken": "something went wrong. Try again.",
  "document-too-large": "it is too large for a file.",
  "too-many-files": `a project has ${maxFilesInProject} files at the most.`,
  "entry-file": "it is the file that runs begin with.",
  "unknown-document": "it is not there any more.",
  "session-ended": "the interview has ended.",
  "not-allowed": "your role may not change files.",
  "rate-limited": "that was too much at once. Wait a moment, then try again.",
};
