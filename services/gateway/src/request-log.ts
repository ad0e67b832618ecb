import { sendFrames } from "@greenroom/shared/api/frame-routes.ts";
import type { Server } from "@greenroom/shared/node/server.ts";

/** What comes with every keystroke, or with every look at us, is no news. */
const quiet: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/assets/*", sendFrames.path]);

/**
 * A line per answered request. Of the URL only the route's pattern is named: paths carry the secrets of invites, and
 * query strings may carry anything.
 */
export function addRequestLog(server: Server): void {
  server.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const line = { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    if (quiet.has(route)) request.log.debug(line, "Answered");
    else request.log.info(line, "Answered");
  });
}
