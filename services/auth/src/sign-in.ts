import type { GuestSignedIn, SignedIn } from "@greenroom/shared/api/auth-routes.ts";
import type { FastifyReply } from "fastify";
import { userCookie } from "./cookies.ts";
import type { Context } from "./context.ts";
import type { GuestRow, InviteRow } from "./invite-repository.ts";
import { startFamily } from "./refresh-token-repository.ts";
import { newSecret } from "./secret.ts";
import { toUser, type UserRow } from "./user-repository.ts";

/** Begins a log-in of a user in this browser. */
export async function signInUser(context: Context, user: UserRow, reply: FastifyReply): Promise<SignedIn> {
  const { database, cookies } = context;
  const token = newSecret();
  const expiresAt = await database
    .transaction()
    .execute((trx) => startFamily(trx, { userId: user.id }, { token, now: context.now() }));
  cookies.set(reply, userCookie, { value: token, expiresAt });
  return describeUserSignIn(context, user);
}

/** The body of the answer: a new access token, and whose it is. */
export function describeUserSignIn({ tokens, now }: Context, user: UserRow): SignedIn {
  const token = tokens.sign({ kind: "user", sub: user.id, name: user.name, role: user.role }, { now: now() });
  return { ...token, user: toUser(user) };
}

/** As describeUserSignIn; a guest's access token does not outlive the invite. */
export function describeGuestSignIn({ tokens, now }: Context, guest: GuestRow, invite: InviteRow): GuestSignedIn {
  const { participant_id: participantId, session_id: sessionId, name, role } = guest;
  const token = tokens.sign(
    { kind: "guest", sub: participantId, name, sessionId, inviteId: invite.id, role },
    { now: now(), expiresBefore: invite.expires_at },
  );
  return { ...token, sessionId, participantId, name, role };
}
