import { refreshGuest, type GuestSignedIn } from "@greenroom/shared/api/auth-routes.ts";
import { AccessLost, receivedAccess, type Access, type AccessSource } from "../api/access.ts";
import { callRoute, RequestFailed } from "../api/call-route.ts";
import { onceAtATime } from "./once-at-a-time.ts";

const current = new Map<string, Access>();

export function guestSignedIn(answer: GuestSignedIn): Access {
  const access = receivedAccess(answer.accessToken, answer.expiresAt);
  current.set(answer.sessionId, access);
  return access;
}

/** The access of this browser's guest in one session. */
export function guestAccess(sessionId: string): AccessSource {
  let renewing: Promise<Access> | undefined;
  return {
    get: async (options) => {
      const known = current.get(sessionId);
      if (!options?.fresh && known && Date.now() < known.renewAt) return known;
      renewing ??= onceAtATime(`refresh-${sessionId}`, () => renew(sessionId)).finally(() => (renewing = undefined));
      return renewing;
    },
  };
}

async function renew(sessionId: string): Promise<Access> {
  try {
    return guestSignedIn(await callRoute(refreshGuest, { body: { sessionId } }));
  } catch (error) {
    const lost: readonly string[] = ["unauthenticated", "invite-expired", "invite-revoked"];
    if (error instanceof RequestFailed && error.code !== "unreachable" && lost.includes(error.code)) {
      current.delete(sessionId);
      throw new AccessLost(error.code, { cause: error });
    }
    throw error;
  }
}
