import * as routes from "@greenroom/shared/api/auth-routes.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Route } from "@greenroom/shared/api/route.ts";
import { internalFindApiKey } from "@greenroom/shared/api/service-routes.ts";
import { Counter, type Registry } from "@greenroom/shared/node/metrics.ts";
import type { Server } from "@greenroom/shared/node/server.ts";

/** What is tried at each route that is counted. */
const attempts: readonly (readonly [what: string, route: Route])[] = [
  ["login", routes.login],
  ["register", routes.register],
  ["refresh", routes.refresh],
  ["guest-refresh", routes.refreshGuest],
  ["inspect-invite", routes.inspectInvite],
  ["redeem-invite", routes.redeemInvite],
  ["key-check", internalFindApiKey],
];

/** What the auth service counts: docs/metrics.md says what each means. No label says who. */
export class AuthMetrics {
  readonly #attempts: Counter<"what" | "result">;
  readonly #reused: Counter<"who">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#attempts = new Counter({
      name: "greenroom_auth_attempts_total",
      help: "Attempts to get in, and checks of API keys, by how they went.",
      labelNames: ["what", "result"],
      registers,
    });
    this.#reused = new Counter({
      name: "greenroom_auth_refresh_tokens_reused_total",
      help: "Refresh tokens that came a second time: stolen, or copied; their log-ins were ended.",
      labelNames: ["who"],
      registers,
    });
  }

  tokenReused(who: "user" | "guest"): void {
    this.#reused.inc({ who });
  }

  /** Counts every answer of these routes by its error code, "done" without one. Before routes are added. */
  watch(server: Server): void {
    const codes = new WeakMap<object, string>();
    const whatOf = new Map(attempts.map(([what, { method, path }]) => [`${method} ${path}`, what]));
    server.addHook("onError", async (request, _reply, error: unknown) => {
      if (error instanceof ApiError) codes.set(request, error.code);
    });
    server.addHook("onResponse", async (request, reply) => {
      const what = whatOf.get(`${request.method} ${request.routeOptions.url ?? ""}`);
      if (what === undefined) return;
      this.#attempts.inc({ what, result: codes.get(request) ?? resultOf(reply.statusCode) });
    });
  }
}

/** For answers without a code of ours, such as to a body that is no JSON. */
function resultOf(status: number): string {
  if (status < 400) return "done";
  return status < 500 ? "bad-request" : "internal-error";
}
