import { commonConfig } from "@greenroom/shared/node/config.ts";
import { Type, type Static } from "typebox";
import { Registration } from "@greenroom/shared/api/auth-routes.ts";

const AttemptsPerMinute = (attempts: number) => Type.Integer({ minimum: 1, maximum: 1_000_000, default: attempts });

export const Config = Type.Object({
  ...commonConfig,
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3001 }),
  /** Where people reach Greenroom: links begin with it, and cookies are Secure when it is https. */
  PUBLIC_URL: Type.String({ pattern: "^https?://[^/]+/?$" }),
  DATABASE_URL: Type.String({ minLength: 1 }),
  REDIS_URL: Type.String({ minLength: 1 }),
  /** With it our own services prove themselves below /internal. */
  SERVICE_SECRET: Type.String({ minLength: 16 }),
  /** The private key access tokens are signed with: PEM, PKCS #8, curve P-256. */
  SIGNING_KEY: Type.String({ minLength: 1 }),
  /** Who makes the first account must know it; without it there can be no first account. */
  SETUP_CODE: Type.Optional(Type.String({ minLength: 8, maxLength: 100 })),
  REGISTRATION: Type.Union([...Registration.anyOf], { default: "invite" }),
  /** Seconds an access token lives. */
  ACCESS_TOKEN_SECONDS: Type.Integer({ minimum: 1, maximum: 3_600, default: 600 }),
  /** Log-ins one address may try for one account. */
  LOGIN_ATTEMPTS_PER_MINUTE: AttemptsPerMinute(10),
  /** Log-ins one address may try for all accounts together. */
  LOGIN_ATTEMPTS_PER_ADDRESS_PER_MINUTE: AttemptsPerMinute(60),
  REGISTER_ATTEMPTS_PER_MINUTE: AttemptsPerMinute(30),
  /** Invites one address may look at, and as many it may redeem. */
  INVITE_ATTEMPTS_PER_MINUTE: AttemptsPerMinute(30),
});
export type Config = Static<typeof Config>;
