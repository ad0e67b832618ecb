import { authRoutes } from "@greenroom/shared/api/auth-routes.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { keyRoutes } from "@greenroom/shared/api/key-routes.ts";
import { problemRoutes } from "@greenroom/shared/api/problem-routes.ts";
import { sessionRoutes } from "@greenroom/shared/api/session-routes.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { GatewayConfig } from "../config.ts";
import { addScope, passOn } from "../pass-on.ts";

/** The largest problem: its test cases alone may be 8 MiB. The session service is the one that counts. */
const problemBodyLimit = 12 * 1024 * 1024;

/**
 * Passes /api/auth, /api/sessions and /api/problems on to their services (the judge's paths are judge.ts's). Nothing else
 * of a service is reachable from outside.
 */
export async function addHttpRoutes(server: Server, config: GatewayConfig): Promise<void> {
  await addScope(server, config.UPSTREAM_TIMEOUT_MS, (scope) => {
    const url = config.SESSION_URL;
    passOn(scope, { prefix: "/api/auth", routes: [...authRoutes, ...keyRoutes], url: config.AUTH_URL });
    passOn(scope, { prefix: "/api/sessions", routes: sessionRoutes, url });
    passOn(scope, { prefix: "/api/problems", routes: problemRoutes, url, bodyLimit: problemBodyLimit });
  });
  const nothingHere = async (): Promise<never> => {
    throw new ApiError("not-found", "There is nothing here.");
  };
  for (const url of ["/api", "/api/*", "/internal", "/internal/*", "/k", "/k/*"]) server.all(url, nothingHere);
}
