import { inspectInvite, redeemInvite, refreshGuest } from "@greenroom/shared/api/auth-routes.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import { cleanName } from "../clean-input.ts";
import type { Context } from "../context.ts";
import { guestCookie } from "../cookies.ts";
import { findReturningGuest, joinByInvite, refreshGuestSignIn } from "../guest.ts";
import { getUsableInvite } from "../invite-repository.ts";
import { networkOf } from "../network.ts";
import { describeGuestSignIn } from "../sign-in.ts";

export function addInviteRoutes(context: Context): void {
  const { server, guards, database, cookies, limitAttempts, settings, logger, now } = context;
  const perMinute = settings.INVITE_ATTEMPTS_PER_MINUTE;

  addRoute(server, guards, inspectInvite, async ({ body, request }) => {
    await limitAttempts({ action: "inspect-invite", who: networkOf(request.ip), perMinute });
    const invite = await getUsableInvite(database, body.invite, now());
    const { session_id: sessionId, session_title: sessionTitle, role, expires_at: expiresAt } = invite;
    const token = cookies.read(request, guestCookie(sessionId));
    const guest = token ? await findReturningGuest(context, token, invite) : undefined;
    return { sessionId, sessionTitle, role, expiresAt, returningAs: guest?.name ?? null };
  });

  addRoute(server, guards, redeemInvite, async ({ body, request, reply }) => {
    await limitAttempts({ action: "redeem-invite", who: networkOf(request.ip), perMinute });
    const name = cleanName(body.name);
    const invite = await getUsableInvite(database, body.invite, now());
    const cookie = guestCookie(invite.session_id);
    const { guest, refreshToken } = await joinByInvite(context, {
      invite,
      name,
      token: cookies.read(request, cookie),
    });
    if (refreshToken) cookies.set(reply, cookie, refreshToken);
    const { participant_id: participantId, session_id: sessionId } = guest;
    logger.info({ participantId, sessionId, inviteId: invite.id, role: guest.role }, "Guest joined");
    return describeGuestSignIn(context, guest, invite);
  });

  addRoute(server, guards, refreshGuest, async ({ body: { sessionId }, request, reply }) => {
    const cookie = guestCookie(sessionId);
    const token = cookies.read(request, cookie);
    const outcome = token ? await refreshGuestSignIn(context, token, sessionId) : undefined;
    if (!outcome)
      throw new ApiError("unauthenticated", "This browser is no guest of the session. Open your link again.");
    if (outcome.refreshToken) cookies.set(reply, cookie, outcome.refreshToken);
    return describeGuestSignIn(context, outcome.guest, outcome.invite);
  });
}
