import type { Database } from "@greenroom/shared/node/database.ts";
import type { RouteGuards } from "@greenroom/shared/node/add-route.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { Redis } from "ioredis";
import type { Config } from "./config.ts";
import type { Cookies } from "./cookies.ts";
import type { Schema } from "./db/schema.ts";
import type { AuthMetrics } from "./metrics.ts";
import type { Passwords } from "./password.ts";
import type { LimitAttempts } from "./rate-limit.ts";
import type { Tokens } from "./tokens.ts";

/** The settings that routes read. */
export type Settings = Pick<
  Config,
  | "PUBLIC_URL"
  | "SETUP_CODE"
  | "REGISTRATION"
  | "LOGIN_ATTEMPTS_PER_MINUTE"
  | "LOGIN_ATTEMPTS_PER_ADDRESS_PER_MINUTE"
  | "REGISTER_ATTEMPTS_PER_MINUTE"
  | "INVITE_ATTEMPTS_PER_MINUTE"
>;

/** What the routes work with. */
export interface Context {
  readonly server: Server;
  readonly guards: RouteGuards;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly database: Database<Schema>;
  readonly redis: Redis;
  readonly tokens: Tokens;
  readonly passwords: Passwords;
  readonly cookies: Cookies;
  readonly limitAttempts: LimitAttempts;
  readonly metrics: AuthMetrics;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
