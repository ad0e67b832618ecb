import type { Static, TSchema } from "typebox";

/**
 * One HTTP route as data: services register it, the gateway documents it, the web app calls it, all from this one value.
 *
 * Who may call it: `public` anybody, `user` a company account, `admin` an administrator, `guest` the bearer of a guest's
 * access token, `any` a user or a guest, `key` the bearer of an API key, `service` another of our services (never routed by the gateway).
 */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With `:name` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly access: "public" | "user" | "admin" | "guest" | "any" | "key" | "service";
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Of the body; JSON where it is absent. */
  readonly bodyType?: "text/plain";
  readonly response: TSchema;
  /** Of the answer; JSON where it is absent. */
  readonly responseType?: "text/event-stream";
  /** The error codes its callers should know how to meet; any route may also answer the general ones. */
  readonly errors: readonly ErrorCode[];
}

type StaticOf<S> = S extends TSchema ? Static<S> : undefined;
export type ParamsOf<R extends Route> = StaticOf<R["params"]>;
export type QueryOf<R extends Route> = StaticOf<R["query"]>;
export type BodyOf<R extends Route> = StaticOf<R["body"]>;
export type ResponseOf<R extends Route> = StaticOf<R["response"]>;

/** Keeps the literal types of a route while checking its shape. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}

/** Every error code of the HTTP interface, with its status. */
export const errorStatus = {
  "bad-request": 400,
  "wrong-setup-code": 403,
  "setup-done": 409,
  "registration-closed": 403,
  "email-taken": 409,
  "wrong-credentials": 401,
  unauthenticated: 401,
  "account-disabled": 403,
  "not-allowed": 403,
  "wrong-address": 403,
  "not-found": 404,
  "invite-not-found": 404,
  "invite-expired": 410,
  "invite-revoked": 410,
  "session-ended": 409,
  "last-admin": 409,
  conflict: 409,
  "rate-limited": 429,
  "quota-used-up": 429,
  "queue-full": 503,
  "callback-not-allowed": 400,
  "too-large": 413,
  unavailable: 503,
  "internal-error": 500,
} as const;
export type ErrorCode = keyof typeof errorStatus;
