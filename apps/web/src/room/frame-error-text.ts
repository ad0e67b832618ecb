import type { FrameErrorCode } from "@greenroom/shared/protocol/error.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";

/** What a person reads when the room refused something: the cause and, where there is one, the next step. */
export function frameErrorText(frame: DownFrameOf<"error">): string {
  // A server newer than this page may know more codes.
  return (texts as Partial<Record<string, string>>)[frame.code] ?? frame.message;
}

const texts: Record<FrameErrorCode, string> = {
  "malformed-frame": "This page and the server do not understand each other. Reload the page.",
  "not-allowed": "Your role does not allow that.",
  "session-ended": "The interview has ended: nothing can be changed any more.",
  "unknown-document": "That document is not here any more. Reload the page.",
  "unknown-run": "That run is over already.",
  "run-in-progress": "A program is running already. Stop it or wait until it ends.",
  "run-unavailable": "Programs cannot be run at the moment.",
  "queue-full": "Too many programs are waiting to be run on this server. Wait a moment, then try again.",
  "unknown-problem": "That problem is not here any more. Choose another one.",
  "source-too-large": "The program is too large to be run.",
  "rate-limited": "That was too much at once. Wait a moment, then try again.",
  "bad-message": "That message cannot be sent.",
  "bad-path": "A file cannot be called so.",
  "path-taken": "There is a file, or a folder, of this name already.",
  "document-taken": "The file could not be made. Try again.",
  "document-too-large": "That is too large for a file.",
  "too-many-files": "The project has as many files as it may have.",
  "entry-file": "The file that runs begin with stays where it is, under its name.",
  unauthenticated: "Your access has expired. Reload the page.",
  "internal-error": "The server had a problem of its own. Try again.",
};
