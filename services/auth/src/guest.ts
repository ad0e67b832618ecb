import type { Transaction } from "@greenroom/shared/node/database.ts";
import type { Context } from "./context.ts";
import type { Schema } from "./db/schema.ts";
import * as invites from "./invite-repository.ts";
import type { GuestRow, InviteRow } from "./invite-repository.ts";
import * as refreshTokens from "./refresh-token-repository.ts";
import { newSecret } from "./secret.ts";

/** A refresh token for the guest's cookie; none where the browser has a newer one already. */
interface CookieValue {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

type Usable = refreshTokens.Presented & { state: "current" | "just-rotated" };

/** The guest whom the bearer of a refresh token is to an invite; undefined for a stranger, or one in another role. */
export async function findReturningGuest(
  { database, now }: Context,
  token: string,
  invite: InviteRow,
): Promise<GuestRow | undefined> {
  const presented = await refreshTokens.findRefreshToken(database, { token, now: now() });
  if (presented.state === "unknown" || presented.state === "reused" || presented.participantId === null)
    return undefined;
  const guest = await invites.findGuest(database, presented.participantId);
  return guest && fits(guest, invite) ? guest : undefined;
}

/** A browser that was here before in this role is the same participant again; every other one a new participant. */
export function joinByInvite(
  context: Context,
  { invite, name, token }: { invite: InviteRow; name: string; token: string | undefined },
): Promise<{ guest: GuestRow; refreshToken: CookieValue | undefined }> {
  const { database, now } = context;
  return database.transaction().execute(async (trx) => {
    const found = token === undefined ? undefined : await lockGuest(context, trx, token);
    if (token !== undefined && found && fits(found.guest, invite)) {
      const change = { inviteId: invite.id, name };
      const guest = await invites.updateGuest(trx, found.guest.participant_id, change);
      return { guest, refreshToken: await rotate(context, trx, { token, presented: found.presented }) };
    }
    const guest = await invites.insertGuest(trx, { invite, name, now: now() });
    const value = newSecret();
    const owner = { participantId: guest.participant_id };
    const expiresAt = await refreshTokens.startFamily(trx, owner, { token: value, now: now() });
    return { guest, refreshToken: { value, expiresAt } };
  });
}

/** Undefined for a token that is none of this session's; throws ApiError when the guest's invite has ended. */
export function refreshGuestSignIn(
  context: Context,
  token: string,
  sessionId: string,
): Promise<{ guest: GuestRow; invite: InviteRow; refreshToken: CookieValue | undefined } | undefined> {
  const { database, now } = context;
  return database.transaction().execute(async (trx) => {
    const found = await lockGuest(context, trx, token);
    if (!found || found.guest.session_id !== sessionId.toLowerCase()) return undefined;
    const { guest, presented } = found;
    const invite = await invites.getUsableInviteOf(trx, guest, now());
    return { guest, invite, refreshToken: await rotate(context, trx, { token, presented }) };
  });
}

/** The guest who bears a refresh token. A reused token ends its log-in, as a user's does. */
async function lockGuest(
  { now, metrics, logger }: Context,
  trx: Transaction<Schema>,
  token: string,
): Promise<{ guest: GuestRow; presented: Usable } | undefined> {
  const presented = await refreshTokens.lockRefreshToken(trx, { token, now: now() });
  if (presented.state === "unknown") return undefined;
  if (presented.state === "reused") {
    await refreshTokens.revokeFamily(trx, presented.familyId, now());
    metrics.tokenReused("guest");
    logger.warn({ familyId: presented.familyId }, "Guest's refresh token reused: its log-in is ended");
    return undefined;
  }
  const guest = presented.participantId === null ? undefined : await invites.findGuest(trx, presented.participantId);
  return guest && { guest, presented };
}

async function rotate(
  { tokens, now }: Context,
  trx: Transaction<Schema>,
  { token, presented }: { token: string; presented: Usable },
): Promise<CookieValue | undefined> {
  const value = tokens.successorOf(token);
  const newest = await refreshTokens.rotateRefreshToken(trx, presented, { token, successor: value, now: now() });
  return newest ? { value, expiresAt: presented.expiresAt } : undefined;
}

/** Role is in the link, never in who clicked it: in another role somebody is another participant. */
function fits(guest: GuestRow, invite: InviteRow): boolean {
  return guest.session_id === invite.session_id && guest.role === invite.role;
}
