import type { AccessClaims } from "@greenroom/shared/api/access.ts";
import { internalStandingInSessions, type StandingInSession } from "@greenroom/shared/api/service-routes.ts";
import type { CallService } from "@greenroom/shared/node/service-client.ts";

export interface Bearer {
  readonly sessionId: string;
  readonly claims: AccessClaims;
}

/**
 * What somebody is in a session, as the session service says now, in the order of the bearers. Throws when it does not
 * answer. Where it is enough, what the room itself knows of those who are connected to it takes a fraction of the time.
 */
export type AskStanding = (
  bearers: readonly Bearer[],
  options?: { readonly asRoomKnows?: boolean },
) => Promise<StandingInSession[]>;

/** The session service takes so many in one call. */
const atOnce = 100;

export function createAskStanding(callSession: CallService): AskStanding {
  return async (bearers, { asRoomKnows = false } = {}) => {
    const standings: StandingInSession[] = [];
    for (let from = 0; from < bearers.length; from += atOnce) {
      const body = { bearers: bearers.slice(from, from + atOnce), asRoomKnows };
      standings.push(...(await callSession(internalStandingInSessions, { body })).standings);
    }
    return standings;
  };
}
