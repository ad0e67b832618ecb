import { createHmac } from "node:crypto";
import type { IceServer } from "@greenroom/shared/protocol/media.ts";

/** How long credentials let somebody come to the TURN server anew: as long as an interview may take. */
const livesForSeconds = 4 * 3600;

/** The TURN servers for a participant; none where there are none. */
export type MakeIceServers = (participantId: string) => IceServer[];

/**
 * TURN servers with credentials that expire: the user is `expiry:name`, the password the HMAC of it with what we and the
 * servers know (draft-uberti-behave-turn-rest-00, coturn's use-auth-secret). No STUN: the SFU has public candidates of
 * its own.
 */
export function createIceServers({
  urls,
  secret,
}: {
  urls: readonly string[];
  secret: string | undefined;
}): MakeIceServers {
  if (urls.length === 0) return () => [];
  if (secret === undefined) throw new Error("TURN_URLS needs TURN_SECRET, which the TURN servers know, too.");
  return (participantId) => {
    const username = `${Math.floor(Date.now() / 1000) + livesForSeconds}:${participantId}`;
    const credential = createHmac("sha1", secret).update(username).digest("base64");
    return [{ urls: [...urls], username, credential }];
  };
}
