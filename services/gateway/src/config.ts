import { fileURLToPath } from "node:url";
import { commonConfig, loadConfig } from "@greenroom/shared/node/config.ts";
import { type Static, Type } from "typebox";

const Origin = "^https?://[^/\\s]+/?$";

const GatewayConfig = Type.Object({
  ...commonConfig,
  PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65_535 }),
  /** What people type into the address bar: its origin is the one whose pages may open sockets. */
  PUBLIC_URL: Type.String({ default: "http://localhost:8080", pattern: Origin }),
  AUTH_URL: Type.String({ pattern: Origin }),
  SESSION_URL: Type.String({ pattern: Origin }),
  JUDGE_URL: Type.String({ pattern: Origin }),
  /** Any of the media services. Absent: there are no calls here. */
  MEDIA_URL: Type.Optional(Type.String({ pattern: Origin })),
  /** Where metrics are served, for Prometheus: never a port that the public reaches. Absent: nowhere. */
  METRICS_PORT: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  REDIS_URL: Type.String({ pattern: "^rediss?://" }),
  /** The built web app. */
  WEB_ROOT: Type.String({ default: fileURLToPath(new URL("../../../apps/web/dist", import.meta.url)) }),
  /**
   * Whose X-Forwarded-* headers are believed: "none", or addresses and ranges separated by commas ("loopback",
   * "linklocal" and "uniquelocal" name the usual ones).
   */
  TRUST_PROXY: Type.String({ default: "none" }),
  /** Origins besides PUBLIC_URL's whose pages may open sockets, separated by commas. */
  ALLOWED_ORIGINS: Type.String({ default: "" }),
  /** The limits are for one network address, and an office full of people shares one. */
  REQUESTS_PER_MINUTE: Type.Integer({ default: 3000, minimum: 1 }),
  /** Programs ask more often than people; a key has an allowance of its own besides. */
  JUDGE_REQUESTS_PER_MINUTE: Type.Integer({ default: 30_000, minimum: 1 }),
  SOCKETS_PER_MINUTE: Type.Integer({ default: 300, minimum: 1 }),
  /** Open at once, in this process. */
  SOCKETS_PER_ADDRESS: Type.Integer({ default: 200, minimum: 1 }),
  /** How long a service may take to begin its answer, in milliseconds. */
  UPSTREAM_TIMEOUT_MS: Type.Integer({ default: 15_000, minimum: 100 }),
});
export type GatewayConfig = Static<typeof GatewayConfig>;

export function loadGatewayConfig(environment?: NodeJS.ProcessEnv): GatewayConfig {
  return loadConfig(GatewayConfig, environment);
}

/** The origins whose pages may open sockets. */
export function allowedOrigins(config: Pick<GatewayConfig, "PUBLIC_URL" | "ALLOWED_ORIGINS">): ReadonlySet<string> {
  const more = config.ALLOWED_ORIGINS.split(",").map((origin) => origin.trim());
  return new Set([config.PUBLIC_URL, ...more.filter((origin) => origin !== "")].map((url) => new URL(url).origin));
}
