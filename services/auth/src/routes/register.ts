import { randomUUID } from "node:crypto";
import { register, type UserRole } from "@greenroom/shared/api/auth-routes.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { BodyOf } from "@greenroom/shared/api/route.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import type { Transaction } from "@greenroom/shared/node/database.ts";
import { type AccountInviteRow, lockAccountInvite, markAccountInviteUsed } from "../account-invite-repository.ts";
import { cleanEmail, cleanName } from "../clean-input.ts";
import type { Context } from "../context.ts";
import type { Schema } from "../db/schema.ts";
import { networkOf } from "../network.ts";
import { sameSecret } from "../secret.ts";
import { signInUser } from "../sign-in.ts";
import { anyUserExists, insertUser, lockUserCensus, type UserRow } from "../user-repository.ts";

export function addRegisterRoute(context: Context): void {
  const { server, guards, settings, limitAttempts, logger } = context;
  addRoute(server, guards, register, async ({ body, request, reply }) => {
    const perMinute = settings.REGISTER_ATTEMPTS_PER_MINUTE;
    await limitAttempts({ action: "register", who: networkOf(request.ip), perMinute });
    const user = await registerUser(context, body);
    logger.info({ userId: user.id, role: user.role }, "User registered");
    return signInUser(context, user, reply);
  });
}

async function registerUser(context: Context, body: BodyOf<typeof register>): Promise<UserRow> {
  const { database, passwords, now } = context;
  const name = cleanName(body.name);
  const email = cleanEmail(body.email);
  // Before the transaction, which others wait for.
  const password_hash = await passwords.hash(body.password);
  return database.transaction().execute(async (trx) => {
    await lockUserCensus(trx);
    const admitted = await admit(context, trx, body);
    const role: UserRole = admitted === "first" ? "admin" : "member";
    const row = { id: randomUUID(), name, email, password_hash, role, disabled: false, created_at: now() };
    const user = await insertUser(trx, row);
    if (!user)
      throw new ApiError("email-taken", "There is an account with this e-mail address already. Log in instead.");
    if (typeof admitted === "object") await markAccountInviteUsed(trx, admitted.id, now());
    return user;
  });
}

/** As what somebody may register: the first of all, by an invite, or freely. Throws ApiError when they may not. */
async function admit(
  { settings, now }: Context,
  trx: Transaction<Schema>,
  { setupCode, invite }: BodyOf<typeof register>,
): Promise<"first" | "open" | AccountInviteRow> {
  if (!(await anyUserExists(trx))) {
    if (
      settings.SETUP_CODE === undefined ||
      setupCode === undefined ||
      !sameSecret(setupCode.trim(), settings.SETUP_CODE)
    )
      throw new ApiError("wrong-setup-code", "The first account needs the setup code that the first start printed.");
    return "first";
  }
  if (invite !== undefined) return getUsableAccountInvite(trx, invite, now());
  // Not quietly a member, who thought to become the administrator.
  if (setupCode !== undefined)
    throw new ApiError("setup-done", "The first account exists already. Log in, or ask an administrator for a link.");
  if (settings.REGISTRATION === "open") return "open";
  throw new ApiError("registration-closed", "Ask an administrator for a link to register with.");
}

async function getUsableAccountInvite(
  trx: Transaction<Schema>,
  secret: string,
  now: number,
): Promise<AccountInviteRow> {
  const invite = await lockAccountInvite(trx, secret);
  if (!invite) throw new ApiError("invite-not-found", "This link is not one of ours, or it was taken back.");
  if (invite.used_at !== null) throw new ApiError("invite-expired", "Somebody has registered with this link already.");
  if (invite.expires_at <= now)
    throw new ApiError("invite-expired", "This link has expired. Ask an administrator for a new one.");
  return invite;
}
