import { refresh } from "@greenroom/shared/api/auth-routes.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import { userCookie } from "../cookies.ts";
import type { Context } from "../context.ts";
import { lockRefreshToken, revokeFamily, rotateRefreshToken } from "../refresh-token-repository.ts";
import { describeUserSignIn } from "../sign-in.ts";
import { findUser, type UserRow } from "../user-repository.ts";

type Outcome =
  | { readonly state: "refused" }
  | { readonly state: "reused"; readonly familyId: string }
  | {
      readonly state: "refreshed";
      readonly user: UserRow;
      readonly expiresAt: number;
      readonly successor: string | null;
    };

export function addRefreshRoute(context: Context): void {
  const { server, guards, cookies, metrics, logger } = context;
  addRoute(server, guards, refresh, async ({ request, reply }) => {
    const token = cookies.read(request, userCookie);
    const outcome: Outcome = token ? await refreshUser(context, token) : { state: "refused" };
    if (outcome.state === "reused") {
      metrics.tokenReused("user");
      logger.warn({ familyId: outcome.familyId, address: request.ip }, "Refresh token reused: its log-in is ended");
    }
    // The cookie is left alone: another tab may have been given a better one meanwhile.
    if (outcome.state !== "refreshed") throw new ApiError("unauthenticated", "You are not logged in any more.");
    const { user, expiresAt, successor } = outcome;
    if (user.disabled) throw new ApiError("account-disabled", "This account is disabled. Ask an administrator.");
    if (successor !== null) cookies.set(reply, userCookie, { value: successor, expiresAt });
    return describeUserSignIn(context, user);
  });
}

function refreshUser({ database, tokens, now }: Context, token: string): Promise<Outcome> {
  // What is found out about a token is committed in every case; the route refuses afterwards.
  return database.transaction().execute(async (trx): Promise<Outcome> => {
    const moment = { token, now: now() };
    const presented = await lockRefreshToken(trx, moment);
    if (presented.state === "unknown") return { state: "refused" };
    if (presented.state === "reused") {
      await revokeFamily(trx, presented.familyId, moment.now);
      return { state: "reused", familyId: presented.familyId };
    }
    const user = presented.userId === null ? undefined : await findUser(trx, presented.userId);
    if (!user) return { state: "refused" };
    const successor = tokens.successorOf(token);
    const newest = await rotateRefreshToken(trx, presented, { ...moment, successor });
    return { state: "refreshed", user, expiresAt: presented.expiresAt, successor: newest ? successor : null };
  });
}
