import { commonConfig } from "@greenroom/shared/node/config.ts";
import { Type, type Static } from "typebox";

export const JudgeConfig = Type.Object({
  ...commonConfig,
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3003 }),
  DATABASE_URL: Type.String({ minLength: 1 }),
  REDIS_URL: Type.String({ minLength: 1 }),
  AUTH_URL: Type.String({ minLength: 1 }),
  SERVICE_SECRET: Type.String({ minLength: 16 }),
  /** Runs in the queue, whosever they are, above which no more are taken; programs may fill four fifths of it. */
  RUNS_WAITING_MAX: Type.Integer({ minimum: 1, maximum: 100_000, default: 500 }),
  /** Days that runs of programs are kept after their end. */
  RUNS_KEPT_DAYS: Type.Integer({ minimum: 1, maximum: 3_650, default: 7 }),
  /** Hosts that ended runs may be posted to, separated by commas: "ci.example.com", "*.example.org", "example.com:8443". */
  CALLBACK_HOSTS: Type.String({ default: "" }),
  /** The same for hosts whose addresses may be private ones. */
  CALLBACK_PRIVATE_HOSTS: Type.String({ default: "" }),
  /** Whether programs may be run without an API key, each call as its own trust domain. */
  KEYLESS_RUNS: Type.Union([Type.Literal("on"), Type.Literal("off")], { default: "off" }),
  /** Runs without a key in a minute from one network address, and at once from all of them. */
  KEYLESS_RUNS_PER_MINUTE: Type.Integer({ minimum: 1, maximum: 60_000, default: 30 }),
  KEYLESS_RUNS_AT_ONCE: Type.Integer({ minimum: 1, maximum: 1_000, default: 8 }),
});
export type JudgeConfig = Static<typeof JudgeConfig>;
