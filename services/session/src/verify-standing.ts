import { ApiError } from "@greenroom/shared/api/error.ts";
import type { VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { CallService } from "@greenroom/shared/node/service-client.ts";
import { hasLostAccess } from "./room/standing-watch.ts";

/**
 * For HTTP: as `verifyAccessToken`, but also refuses whoever lost access since a still good token was made. Otherwise an
 * interviewer whose invite was revoked could make themselves another one. While auth does not answer, the token is believed.
 */
export function verifyStanding(deps: {
  verifyAccessToken: VerifyAccessToken;
  callAuth: CallService;
  logger: Logger;
}): VerifyAccessToken {
  return async (token) => {
    const claims = await deps.verifyAccessToken(token);
    const isLost = await hasLostAccess(deps.callAuth, claims).catch((error: unknown) => {
      deps.logger.warn({ err: error }, "The standing of a caller cannot be asked for");
      return false;
    });
    if (isLost) throw new ApiError("unauthenticated", "This access was taken back.");
    return claims;
  };
}
