import { maxMessageCharacters } from "@greenroom/shared/protocol/chat.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";

export const endedRefusal = "Not sent: the interview has ended.";
export const lengthText = `a message has ${maxMessageCharacters.toLocaleString("en")} characters at the most`;

/** Why a message was not taken, for its author. */
export function chatRefusal({ code }: DownFrameOf<"error">): string {
  if (code === "rate-limited") return "Not sent: too many messages in a short time. Wait a moment.";
  if (code === "bad-message") return `Not sent: ${lengthText}.`;
  if (code === "session-ended") return endedRefusal;
  if (code === "not-allowed") return "Not sent: your role only reads.";
  return "Not sent: the server had a problem of its own.";
}
