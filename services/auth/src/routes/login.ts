import { login } from "@greenroom/shared/api/auth-routes.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import { cleanEmail } from "../clean-input.ts";
import type { Context } from "../context.ts";
import { networkOf } from "../network.ts";
import { signInUser } from "../sign-in.ts";
import { findUserByEmail } from "../user-repository.ts";

export function addLoginRoute(context: Context): void {
  const { server, guards, settings, limitAttempts, database, passwords, logger } = context;
  addRoute(server, guards, login, async ({ body, request, reply }) => {
    const email = cleanEmail(body.email);
    const address = networkOf(request.ip);
    await limitAttempts(
      { action: "login", who: `${address} ${email}`, perMinute: settings.LOGIN_ATTEMPTS_PER_MINUTE },
      { action: "login-address", who: address, perMinute: settings.LOGIN_ATTEMPTS_PER_ADDRESS_PER_MINUTE },
    );
    const user = await findUserByEmail(database, email);
    const right = await passwords.verify(body.password, user?.password_hash);
    if (!user || !right) {
      logger.info({ userId: user?.id, address: request.ip }, "Log-in refused: wrong credentials");
      throw new ApiError("wrong-credentials", "The e-mail address or the password is wrong.");
    }
    if (user.disabled) {
      logger.info({ userId: user.id, address: request.ip }, "Log-in refused: account disabled");
      throw new ApiError("account-disabled", "This account is disabled. Ask an administrator.");
    }
    logger.info({ userId: user.id }, "User logged in");
    return signInUser(context, user, reply);
  });
}
