import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { CallFault } from "./media-faults.ts";
import { MediaRefused } from "./media-socket.ts";
import { NoPath } from "./probe.ts";

const ofClose: Partial<Record<CloseReason | "signed-out", CallFault>> = {
  "no-media": "no-media",
  replaced: "replaced",
  removed: "removed",
  revoked: "removed",
  "session-ended": "ended",
};

/** What a socket that was closed for good means for the call. */
export const faultOfClose = (reason: CloseReason | "signed-out"): CallFault => ofClose[reason] ?? "failed";

/** What an error of joining, or of trying the way, means for the call. */
export function faultOf(error: unknown): CallFault {
  if (error instanceof NoPath) return "no-path";
  if (error instanceof Error && error.name === "UnsupportedError") return "unsupported";
  if (!(error instanceof MediaRefused)) return "failed";
  return error.code === "no-capacity" || error.code === "not-in-room" ? error.code : "failed";
}
