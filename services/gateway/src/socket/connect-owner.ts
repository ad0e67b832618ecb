import { accessTokenPrefix, subprotocol } from "@greenroom/shared/protocol/version.ts";
import type { WebSocket } from "ws";
import { openUpstream } from "./open-upstream.ts";

/** Opens the socket to the process that has a room or a call, with the bearer's own token: the process verifies it itself. It comes paused. */
export function connectOwner(options: {
  url: string;
  path: string;
  accessToken: string;
  forwardedFor: string;
}): Promise<WebSocket> {
  return openUpstream({
    url: new URL(options.path, options.url),
    protocols: [subprotocol, accessTokenPrefix + options.accessToken],
    headers: { "x-forwarded-for": options.forwardedFor },
  });
}
